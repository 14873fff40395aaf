"""Registers: a whole one in one call, what was corrected, and a student's history."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.domain.attendance import Status
from services.hubs.operations.attendance import Entry, record
from services.hubs.operations.authors import Author
from services.hubs.queries import attendance as reading
from services.hubs.queries import sessions
from services.hubs.queries.visibility import reader
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, shown, single
from shared.http.wire import Day, Instant, Page, Wire, like, up_to
from shared.http.writing import IfMatchWhenChanging, answer

router = APIRouter(prefix="/v1", tags=["attendance"])

_RECORD = {
    "student_id": SAMPLE_ID,
    "student_name": "Ada Example",
    "membership_id": OTHER_ID,
    "placement_id": OTHER_ID,
    "notified_at": None,
    "status": "present",
    "corrections": 0,
    "recorded_at": SAMPLE_AT,
}


class RecordDraft(Wire):
    """What the register says of one student."""

    student_id: UUID
    status: Status


class RegisterDraft(Wire):
    """A whole register: an entry for everybody who belonged to the hub on that day."""

    model_config = like(records=[{"student_id": SAMPLE_ID, "status": "present"}])

    records: Annotated[list[RecordDraft], Field(max_length=100)]


class RecordView(Wire):
    """What the register says of one member; `status` is null until it is taken."""

    model_config = like(**_RECORD)

    student_id: UUID
    student_name: str | None
    membership_id: UUID
    placement_id: UUID
    notified_at: Instant | None
    """When the student told that they would not come; an absence is then a notified one."""

    status: Status | None
    corrections: int
    """How often the entry was changed after it was first made."""

    recorded_at: Instant | None


class RegisterView(Wire):
    """A session's register, with the entries the caller may see."""

    model_config = like(
        session_id=SAMPLE_ID,
        hub_id=OTHER_ID,
        held_on="2026-09-22",
        recorded_at=SAMPLE_AT,
        expected=7,
        present=6,
        records=[_RECORD],
    )

    session_id: UUID
    hub_id: UUID
    held_on: Day
    recorded_at: Instant | None
    expected: int
    present: int | None
    records: Annotated[list[RecordView], up_to(100)]


class EntryView(Wire):
    """One entry of a register."""

    model_config = like(
        id=SAMPLE_ID,
        session_id=SAMPLE_ID,
        hub_id=OTHER_ID,
        placement_id=OTHER_ID,
        student_id=SAMPLE_ID,
        held_on="2026-09-22",
        status="present",
        corrections=0,
        recorded_at=SAMPLE_AT,
    )

    id: UUID
    session_id: UUID
    hub_id: UUID
    placement_id: UUID
    student_id: UUID
    held_on: Day
    status: Status
    corrections: int
    recorded_at: Instant


class CorrectionView(Wire):
    """What an entry said before it was corrected."""

    student_id: UUID
    version: int
    status: Status
    recorded_at: Instant
    replaced_at: Instant


class CorrectionsView(Wire):
    """The corrections of one register, oldest first."""

    model_config = like(
        items=[
            {
                "student_id": SAMPLE_ID,
                "version": 1,
                "status": "absent_unnotified",
                "recorded_at": SAMPLE_AT,
                "replaced_at": SAMPLE_AT,
            }
        ]
    )

    items: Annotated[list[CorrectionView], up_to(1000)]


_register = TypeAdapter(RegisterView)
_entries = TypeAdapter(list[EntryView])
_corrections = TypeAdapter(list[CorrectionView])


@router.get(
    "/sessions/{session_id}/attendance",
    operation_id="get_register",
    summary="A session's register",
    response_model=RegisterView,
)
async def get_register(session_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """Everybody who belonged to the hub on that day and what the register says of them, as far as the caller may see."""
    binds = {**reader(principal), "id": session_id}
    return await single(call, wired.db, reading.REGISTER, binds, _register, "session")


@router.put(
    "/sessions/{session_id}/attendance",
    operation_id="record_attendance",
    summary="Take a session's register",
    response_model=RegisterView,
)
async def record_attendance(
    session_id: Id, body: RegisterDraft, wired: Wired, principal: Writer, may_correct: IfMatchWhenChanging
) -> Response:
    """Record the whole register. The same body again changes nothing; to correct an entry, send If-Match."""
    entries = [Entry(each.student_id, each.status) for each in body.records]
    binds = reader(principal)
    author = Author.of(principal)
    async with wired.db.begin() as session:
        held, hub = await sessions.hold_visible(session, binds, session_id)
        author.must_lead(hub, covered_by=held.covered_by_person_id)
        await record(session, author, held, entries, wired.clock.now(), may_correct=may_correct)
    return await shown(wired.db, reading.REGISTER, {**binds, "id": session_id}, _register, "session")


@router.get(
    "/sessions/{session_id}/attendance/corrections",
    operation_id="list_corrections",
    summary="What a register said before",
    response_model=CorrectionsView,
)
async def list_corrections(session_id: Id, wired: Wired, principal: Reader) -> Response:
    """What was corrected in a session's register, as far as the caller may see."""
    binds = {**reader(principal), "id": session_id}
    async with wired.db.read() as connection:
        await one(connection, sessions.SINGLE, binds, "session")
        rows = (await connection.execute(reading.CORRECTIONS, binds)).all()
    return answer(CorrectionsView(items=_corrections.validate_python(rows)))


@router.get(
    "/attendance",
    operation_id="list_attendance",
    summary="Entries of registers",
    response_model=Page[EntryView],
)
async def list_attendance(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    student_id: Annotated[UUID | None, Query(description="Only this student.")] = None,
    hub_id: Annotated[UUID | None, Query(description="Only this hub.")] = None,
    placement_id: Annotated[UUID | None, Query(description="Only this placement.")] = None,
    status: Annotated[Status | None, Query(description="Only this status.")] = None,
    from_day: Annotated[Day | None, Query(alias="from", description="Only from this day on.")] = None,
    to_day: Annotated[Day | None, Query(alias="to", description="Only up to this day.")] = None,
) -> Response:
    """What registers say, in the order it was recorded."""
    filters: dict[str, object] = {
        "student_id": student_id,
        "hub_id": hub_id,
        "placement_id": placement_id,
        "status": None if status is None else status.value,
        "from_day": from_day,
        "to_day": to_day,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(given), reader(principal), _entries, filters=given)
