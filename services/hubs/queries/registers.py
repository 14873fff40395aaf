"""What must be known before a register is written, in one question: a facilitator waits for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import String, Uuid, and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.hubs.domain.attendance import Mark, Status
from services.hubs.domain.hubs import MemberKind
from services.hubs.models.absence_notices import AbsenceNotice
from services.hubs.models.attendance import Attendance
from services.hubs.models.memberships import Membership
from services.hubs.models.sessions import HubSession
from services.hubs.queries.sessions import EXPECTED

_Earlier = aliased(Attendance)
_marks = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(_Earlier.session_id, _Earlier.held_on, _Earlier.status),
                _Earlier.held_on,
                _Earlier.session_id,
            )
        )
    )
    .where(_Earlier.placement_id == Membership.placement_id)
    .scalar_subquery()
)
_STANDINGS = (
    select(
        Membership.id.label("membership_id"),
        Membership.student_id,
        Membership.placement_id,
        Membership.university_id,
        Membership.organisation_id,
        (Membership.member_kind == literal(MemberKind.STUDENT.value, String)).label("is_student"),
        EXPECTED.label("is_expected"),
        exists()
        .where(AbsenceNotice.session_id == HubSession.id, AbsenceNotice.membership_id == Membership.id)
        .label("gave_notice"),
        Attendance.status,
        _marks.label("marks"),
    )
    .select_from(HubSession)
    .join(
        Membership,
        and_(Membership.partnership_id == HubSession.partnership_id, Membership.hub_id == HubSession.hub_id),
    )
    .outerjoin(
        Attendance, and_(Attendance.session_id == HubSession.id, Attendance.membership_id == Membership.id)
    )
    .where(HubSession.id == bindparam("session_id", type_=Uuid()), or_(EXPECTED, Attendance.id.is_not(None)))
    .order_by(Attendance.id.is_not(None), Membership.id)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One member in a session's register: whether expected, and what it says of them (None: nothing so far).

    `marks` is all that registers say of the member's placement, in order of time.
    """

    membership_id: UUID
    student_id: UUID
    placement_id: UUID
    university_id: UUID
    organisation_id: UUID
    is_student: bool
    is_expected: bool
    gave_notice: bool
    status: Status | None
    marks: tuple[Mark, ...]


async def standings(session: AsyncSession, session_id: UUID) -> Sequence[Standing]:
    """Everybody whom the register of a session is about. Of two places of one student the one it speaks of comes last."""
    rows = (await session.execute(_STANDINGS, {"session_id": session_id})).mappings()
    return [
        Standing(
            **{**row, "status": row["status"] and Status(row["status"]), "marks": _marks_of(row["marks"])}
        )
        for row in rows
    ]


def _marks_of(listed: Iterable[tuple[str, str, str]] | None) -> tuple[Mark, ...]:
    return tuple(
        Mark(UUID(held), date.fromisoformat(day), Status(status)) for held, day, status in listed or ()
    )
