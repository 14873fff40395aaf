"""One member's side of the register: telling of an absence beforehand, and how often they came."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.domain.attendance import AbsenceReason
from services.hubs.operations.absence_notices import tell_absence
from services.hubs.queries import member_attendance as reading
from services.hubs.queries import sessions
from services.hubs.queries.visibility import reader
from shared.http.paging import SingleCall
from shared.http.reading import single
from shared.http.wire import Instant, Wire, like
from shared.http.writing import Key, created

router = APIRouter(prefix="/v1", tags=["attendance"])


class NoticeDraft(Wire):
    """Why a member cannot come, as far as anybody has to know."""

    model_config = like(reason="illness")

    reason: AbsenceReason


class NoticeView(Wire):
    """What a member told before a session."""

    model_config = like(
        id=SAMPLE_ID, session_id=OTHER_ID, membership_id=SAMPLE_ID, reason="illness", created_at=SAMPLE_AT
    )

    id: UUID
    session_id: UUID
    membership_id: UUID
    reason: AbsenceReason
    created_at: Instant


class MemberAttendance(Wire):
    """A member's attendance in one hub."""

    model_config = like(
        membership_id=SAMPLE_ID,
        student_id=OTHER_ID,
        hub_id=SAMPLE_ID,
        expected_in_all=16,
        to_come=9,
        n=7,
        present=5,
        late=1,
        absent_notified=1,
        absent_unnotified=0,
        excused=0,
        rate=85.7,
    )

    membership_id: UUID
    student_id: UUID
    hub_id: UUID
    expected_in_all: int
    """Sessions planned for the member's time in the hub: 14 to 18 in a placement of 100 days."""

    to_come: int
    """Those of them without a register yet."""

    n: int
    """Registers that say something of the member."""

    present: int
    late: int
    absent_notified: int
    absent_unnotified: int
    excused: int
    rate: Annotated[float, Field(ge=0, le=100)] | None
    """Per cent that the member came to (late ones included), excused sessions taken out; null where there are none."""


_one = TypeAdapter(MemberAttendance)


@router.post(
    "/sessions/{session_id}/absence-notices",
    operation_id="create_absence_notice",
    summary="Tell that you cannot come",
    response_model=NoticeView,
    status_code=201,
)
async def create_absence_notice(
    session_id: Id, body: NoticeDraft, wired: Wired, principal: Reader, key: Key
) -> Response:
    """For the student, before the session begins. The absence is then a notified one and never a signal."""
    binds = reader(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        held, _ = await sessions.hold_visible(session, binds, session_id)
        notice = await tell_absence(session, principal.person_id, held, body.reason, wired.clock.now())
        view = NoticeView.model_validate(notice)
        return await key.keep(session, created(view, f"/v1/sessions/{session_id}/attendance", version=None))


@router.get(
    "/memberships/{membership_id}/attendance",
    operation_id="get_member_attendance",
    summary="A member's attendance",
    response_model=MemberAttendance,
)
async def get_member_attendance(
    membership_id: Id, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """How often a member came, and how many sessions are expected in all. Not for fellow members."""
    binds = {**reader(principal), "id": membership_id}
    return await single(call, wired.db, reading.SINGLE, binds, _one, "membership")
