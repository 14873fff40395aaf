"""Absences that are told before the session: a line less in the register, and no signal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.attendance import AbsenceReason
from services.hubs.models.absence_notices import AbsenceNotice
from services.hubs.models.sessions import HubSession
from services.hubs.queries.attendance import notice_of
from services.hubs.queries.memberships import members_on
from shared.errors import Conflict, Forbidden, InvalidState
from shared.ids import new_id


class SessionBegun(Conflict):
    """The session has begun; what is said now is no notice any more."""

    def __init__(self) -> None:
        super().__init__(
            "session_begun", "The session has begun. Tell your facilitator, who takes the register."
        )


async def tell_absence(
    session: AsyncSession, person_id: UUID | None, held: HubSession, reason: AbsenceReason, now: datetime
) -> AbsenceNotice:
    """Note that a member will not come to a session that is held by the caller. Telling it again changes nothing."""
    expected = await members_on(session, held.partnership_id, held.hub_id, held.held_on)
    membership = next((member for member in expected if member.student_id == person_id), None)
    if membership is None:
        raise Forbidden("not_a_member", "Members tell of their own absence.")
    if held.cancelled_at is not None:
        raise InvalidState("session", "cancelled", [])
    known = await notice_of(session, held.id, membership.id)
    if known is not None:
        return known
    if now >= held.begins_at:
        raise SessionBegun
    notice = AbsenceNotice(
        id=new_id(),
        partnership_id=held.partnership_id,
        session_id=held.id,
        membership_id=membership.id,
        student_id=membership.student_id,
        reason=reason.value,
        created_at=now,
    )
    session.add(notice)
    await session.flush()
    return notice
