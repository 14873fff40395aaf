"""Attendance of CPD activities: one list in one call, and CPD on the record of everybody who was there."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.educators.api.cpd_shapes import ActivityId
from services.educators.api.deps import Reader, Wired, Writer
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.cpd import ActivityStatus, Attendance
from services.educators.operations.authors import Author
from services.educators.operations.cpd_attendance import Entry, record_attendance
from services.educators.queries import bookings as reading
from services.educators.queries.cpd_activities import hold_activity
from services.educators.queries.visibility import reader
from shared.http.paging import SingleCall
from shared.http.reading import one, single
from shared.http.wire import Instant, Wire, like, up_to
from shared.http.writing import IfMatchWhenChanging, answer

router = APIRouter(prefix="/v1", tags=["cpd"])


class EntryDraft(Wire):
    """What the host says of one educator who has a place."""

    educator_id: UUID
    attendance: Attendance


class AttendanceDraft(Wire):
    """The whole list. Of those with a place who are not on it nothing is known."""

    model_config = like(entries=[{"educator_id": SAMPLE_ID, "attendance": "attended"}])

    entries: Annotated[list[EntryDraft], Field(max_length=5000)]


class EntryView(Wire):
    """One educator with a place, and whether they were there."""

    educator_id: UUID
    full_name: str
    attendance: Attendance | None
    cpd_record_id: UUID | None
    """The CPD this became on their record."""


class AttendanceView(Wire):
    """Who has a place, in the order of booking, and who was there; as far as the caller may see them."""

    model_config = like(
        activity_id=SAMPLE_OTHER_ID,
        status="held",
        held_at="2026-11-05T16:00:00Z",
        entries=[
            {
                "educator_id": SAMPLE_ID,
                "full_name": "Amara Fielding",
                "attendance": "attended",
                "cpd_record_id": SAMPLE_OTHER_ID,
            }
        ],
    )

    activity_id: UUID
    status: ActivityStatus
    held_at: Instant | None
    """When attendance was first recorded."""

    entries: Annotated[list[EntryView], up_to(100_000)]


_one = TypeAdapter(AttendanceView)


@router.get(
    "/cpd-activities/{activity_id}/attendance",
    operation_id="get_cpd_attendance",
    summary="Who was there",
    response_model=AttendanceView,
)
async def get_cpd_attendance(
    activity_id: ActivityId, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """Everybody with a place: the host sees all, an organisation its educators, an educator themselves."""
    binds = {**reader(principal), "p_activity": activity_id}
    return await single(call, wired.db, reading.ATTENDANCE, binds, _one, "CPD activity")


@router.put(
    "/cpd-activities/{activity_id}/attendance",
    operation_id="record_cpd_attendance",
    summary="Say who was there",
    response_model=AttendanceView,
)
async def record_cpd_attendance(
    activity_id: ActivityId,
    body: AttendanceDraft,
    wired: Wired,
    principal: Writer,
    may_correct: IfMatchWhenChanging,
) -> Response:
    """Record the whole list once the last session has begun. Whoever was there has CPD on their record, once.

    The same list again changes nothing. To correct it, send If-Match: what is no longer attended is withdrawn.
    """
    entries = [Entry(each.educator_id, each.attendance) for each in body.entries]
    binds = reader(principal)
    async with wired.db.begin() as session:
        activity = await hold_activity(session, binds, activity_id)
        author, now = Author.of(principal), wired.clock.now()
        await record_attendance(session, author, activity, entries, now, may_correct=may_correct)
        await session.flush()
        asked = {**binds, "p_activity": activity_id}
        columns = await one(await session.connection(), reading.ATTENDANCE, asked, "CPD activity")
        version = columns.pop("version")
        return answer(_one.validate_python(columns), version=version)
