"""Seats: held for a placement with an educator, released, and shown."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID, Span
from services.educators.domain.seats import free_seats
from services.educators.operations.authors import Author
from services.educators.operations.seats import SeatWanted, hold_seat, release_seat
from services.educators.queries import seats as reading
from services.educators.queries.educators import expect_whole
from services.educators.queries.seats import held_seats, seats_of
from services.educators.queries.visibility import reader
from shared.errors import Fault, Invalid
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Instant, Page, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["seats"])

PlacementId = Annotated[UUID, Path(description="The placement, an id of the placements service.")]

_EXAMPLE = {
    "placement_id": SAMPLE_OTHER_ID,
    "educator_id": SAMPLE_ID,
    "starts_on": "2026-09-21",
    "ends_on": "2027-02-26",
    "held_at": "2026-09-07T09:00:00Z",
    "confirmed_at": "2026-09-07T09:00:02Z",
    "released_at": None,
}


class SeatQuestion(Span):
    """Whose seat, and for which days."""

    model_config = like(educator_id=SAMPLE_ID, starts_on="2026-09-21", ends_on="2027-02-26")

    educator_id: UUID


class SeatView(Wire):
    """One placement's seat with an educator."""

    model_config = like(**_EXAMPLE)

    placement_id: UUID
    educator_id: UUID
    starts_on: Day
    ends_on: Day
    held_at: Instant
    confirmed_at: Instant | None
    """When it became known that the placement goes ahead; without that a hold is given back after fifteen minutes."""

    released_at: Instant | None
    """When it was given back; null while it is held."""


class SeatLine(SeatView):
    """One seat of a list."""

    model_config = like(id=SAMPLE_ID, **_EXAMPLE)

    id: UUID


class FreeSeatsSpan(Wire):
    """Days, the first and the last included, on all of which as many seats are held and free."""

    starts_on: Day
    ends_on: Day
    held: int
    free: int


class FreeSeatsView(Wire):
    """How many students more an educator could have on each day asked about, in spans without gaps."""

    model_config = like(
        educator_id=SAMPLE_ID,
        max_concurrent=1,
        spans=[
            {"starts_on": "2026-09-07", "ends_on": "2026-09-20", "held": 0, "free": 1},
            {"starts_on": "2026-09-21", "ends_on": "2027-02-26", "held": 1, "free": 0},
        ],
    )

    educator_id: UUID
    max_concurrent: int
    spans: Annotated[list[FreeSeatsSpan], up_to(1000)]


_one = TypeAdapter(SeatView)
_many = TypeAdapter(list[SeatLine])


@router.get("/seats", operation_id="list_seats", summary="Seats", response_model=Page[SeatLine])
async def list_seats(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    educator_id: Annotated[UUID | None, Query(description="Only this educator's.")] = None,
    on: Annotated[Day | None, Query(description="Only those that are held on this day.")] = None,
) -> Response:
    """The seats of the partnership, held and released, in the order they were first held."""
    given = {"educator_id": educator_id, "on": on}
    filters = {name: value for name, value in given.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _many, filters=filters)


@router.get(
    "/educators/{educator_id}/seats/free",
    operation_id="get_free_seats",
    summary="Free seats by day",
    response_model=FreeSeatsView,
)
async def get_free_seats(
    educator_id: EducatorId,
    wired: Wired,
    principal: Reader,
    *,
    from_day: Annotated[Day, Query(alias="from", description="The first day.")],
    to_day: Annotated[Day, Query(alias="to", description="The last day.")],
) -> Response:
    """How many seats of the educator are free on each of the days, counted over all placements that overlap."""
    if to_day < from_day:
        raise Invalid([Fault("/query/to", "ends_before_it_begins", "The last day is before the first.")])
    binds = reader(principal)
    async with wired.db.read() as connection:
        await expect_whole(connection, binds, educator_id)
        most = await seats_of(connection, principal.tenant, educator_id, from_day)
        held = await held_seats(connection, [educator_id], from_day, to_day)
    spans = free_seats(held.get(educator_id, ()), from_day, to_day, most)
    shown = [FreeSeatsSpan.model_validate(span) for span in spans]
    return answer(FreeSeatsView(educator_id=educator_id, max_concurrent=most, spans=shown))


@router.get(
    "/seats/{placement_id}",
    operation_id="get_seat",
    summary="A placement's seat",
    response_model=SeatView,
)
async def get_seat(placement_id: PlacementId, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """The seat of a placement, held or released."""
    binds = {**reader(principal), "p_placement": placement_id}
    return await single(call, wired.db, reading.ONE, binds, _one, "seat")


@router.put(
    "/seats/{placement_id}",
    operation_id="hold_seat",
    summary="Hold a seat",
    response_model=SeatView,
    responses={201: {"description": "It is held now.", "model": SeatView}},
)
async def hold_a_seat(
    placement_id: PlacementId, body: SeatQuestion, wired: Wired, principal: Writer
) -> Response:
    """Hold one of the educator's seats for the placement's days. Repeating it changes nothing.

    Never more seats are held on any day than the educator has: then 409 `educator_full`.
    """
    wanted = SeatWanted(placement_id, body.educator_id, body.starts_on, body.ends_on)
    async with wired.db.begin() as session:
        seat, newly = await hold_seat(session, Author.of(principal), wanted, wired.clock.now())
        location = f"/v1/seats/{placement_id}" if newly else None
        view = _one.validate_python(seat, from_attributes=True)
        return answer(view, version=seat.version, status=201 if newly else 200, location=location)


@router.delete(
    "/seats/{placement_id}",
    operation_id="release_seat",
    summary="Release a seat",
    status_code=204,
    response_class=Response,
)
async def release_a_seat(placement_id: PlacementId, wired: Wired, principal: Writer) -> Response:
    """Give the placement's seat back. Repeating it changes nothing."""
    async with wired.db.begin() as session:
        await release_seat(session, Author.of(principal), placement_id, wired.clock.now())
    return Response(status_code=204)
