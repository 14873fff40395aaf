"""Bookings of CPD activities: made, shown and given up."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.cpd_shapes import ActivityId
from services.educators.api.deps import Reader, Wired, Writer
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.cpd import Attendance, BookingStatus
from services.educators.operations.authors import Author
from services.educators.operations.bookings import book, give_up
from services.educators.queries import bookings as reading
from services.educators.queries.cpd_activities import hold_activity
from services.educators.queries.educators import hold_educator
from services.educators.queries.visibility import reader
from shared.auth.principal import Principal
from shared.db import Session
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Instant, Page, Wire, like, up_to
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["cpd"])

BookingId = Annotated[UUID, Path(description="Our id of the booking.")]


class BookingDraft(Wire):
    """Who wants a place."""

    model_config = like(educator_id=SAMPLE_ID)

    educator_id: UUID


class BookingView(Wire):
    """An educator's place in an activity, or in its queue."""

    model_config = like(
        id=SAMPLE_ID,
        activity_id=SAMPLE_OTHER_ID,
        educator_id=SAMPLE_ID,
        full_name="Amara Fielding",
        organisation_id=SAMPLE_OTHER_ID,
        status="waiting",
        position=2,
        price_pence=5000,
        booked_at="2026-09-07T09:00:00Z",
        confirmed_at=None,
        cancelled_at=None,
        attendance=None,
        overlaps=[],
    )

    id: UUID
    activity_id: UUID
    educator_id: UUID
    full_name: str
    organisation_id: UUID
    """The educator's organisation when it was booked."""

    status: BookingStatus
    position: int | None
    """While waiting: how many come before, plus one."""

    price_pence: int
    """The price when it was booked."""

    booked_at: Instant
    confirmed_at: Instant | None
    cancelled_at: Instant | None
    attendance: Attendance | None
    """What the host said, once it was held."""

    overlaps: Annotated[list[UUID], up_to(1000)]
    """A warning: other activities the educator has booked that take place at the same time."""


_one = TypeAdapter(BookingView)
_many = TypeAdapter(list[BookingView])


@router.post(
    "/cpd-activities/{activity_id}/bookings",
    operation_id="create_booking",
    summary="Book a place",
    response_model=BookingView,
    status_code=201,
)
async def create_booking(
    activity_id: ActivityId, body: BookingDraft, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Book a place for oneself, or as an organisation for one of its educators; when it is full, the last in the queue."""
    binds = reader(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        activity = await hold_activity(session, binds, activity_id)
        educator = await hold_educator(session, principal.tenant, body.educator_id)
        booking = await book(session, Author.of(principal), activity, educator, wired.clock.now())
        return await key.keep(session, await _shown(session, principal, booking.id, HTTPStatus.CREATED))


@router.get("/bookings", operation_id="list_bookings", summary="Bookings", response_model=Page[BookingView])
async def list_bookings(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    educator_id: Annotated[UUID | None, Query(description="Only this educator's.")] = None,
    activity_id: Annotated[UUID | None, Query(description="Only of this activity.")] = None,
    status: Annotated[BookingStatus | None, Query(description="Only this status.")] = None,
) -> Response:
    """Bookings of one's own, of one's organisation's educators, and of what one's organisation holds."""
    given = {"educator_id": educator_id, "activity_id": activity_id, "status": status}
    filters = {name: value for name, value in given.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _many, filters=filters)


@router.get(
    "/bookings/{booking_id}", operation_id="get_booking", summary="One booking", response_model=BookingView
)
async def get_booking(booking_id: BookingId, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One booking, with its place in the queue."""
    binds = {**reader(principal), "p_booking": booking_id}
    return await single(call, wired.db, reading.ONE, binds, _one, "booking")


@router.post(
    "/bookings/{booking_id}/cancellation",
    operation_id="cancel_booking",
    summary="Give a place up",
    response_model=BookingView,
)
async def cancel_booking(
    booking_id: BookingId, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """Give a place, or the waiting for one, up. The first in the queue gets the place."""
    binds = reader(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        activity = await hold_activity(session, binds, await reading.activity_of(session, binds, booking_id))
        booking = await reading.booking_now(session, booking_id)
        educator = await hold_educator(session, principal.tenant, booking.educator_id)
        author, now = Author.of(principal), wired.clock.now()
        await give_up(session, author, activity, booking, educator, seen=seen, now=now)
        return await key.keep(session, await _shown(session, principal, booking_id))


async def _shown(
    session: Session, principal: Principal, booking_id: UUID, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    columns = await reading.shown(session, reader(principal), booking_id)
    version = columns.pop("version")
    location = f"/v1/bookings/{booking_id}" if status is HTTPStatus.CREATED else None
    return answer(_one.validate_python(columns), version=version, status=status, location=location)
