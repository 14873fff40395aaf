"""Reading pulses, sealed, and finding who is to be asked."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.hubs import RUNNING, Level
from services.hubs.domain.inbox import MessageCode
from services.hubs.models.candidates import Candidate
from services.hubs.models.inbox import InboxMessage
from services.hubs.models.memberships import Membership
from services.hubs.models.pulses import Pulse
from services.hubs.models.reflections import StudentKey
from services.hubs.queries.memberships import OF_CANDIDATE
from services.hubs.queries.visibility import PULSES

MOST = 100
"""Pulses shown at once: one a week for two years."""

_SEALED = (
    select(
        Pulse.id,
        Pulse.partnership_id,
        Pulse.student_id,
        Pulse.placement_id,
        Pulse.week,
        Pulse.sealed,
        Pulse.created_at,
        StudentKey.master_key_id,
        StudentKey.sealed.label("sealed_key"),
    )
    .join(
        StudentKey,
        and_(StudentKey.partnership_id == Pulse.partnership_id, StudentKey.student_id == Pulse.student_id),
    )
    .where(PULSES)
)

LATEST = _SEALED.order_by(Pulse.id.desc()).limit(MOST)
"""The caller's own pulses with the wrapped key that opens them, the latest first."""

SINGLE = _SEALED.where(Pulse.id == bindparam("id", type_=Uuid()))
"""One of the caller's own pulses."""


async def hold_to_ask(
    session: AsyncSession, from_day: date, to_day: date, at_most: int
) -> Sequence[Membership]:
    """Members whose placement began in these days (both included), who neither answered nor were asked since; locked."""
    asked = exists().where(
        InboxMessage.partnership_id == Membership.partnership_id,
        InboxMessage.person_id == Membership.student_id,
        InboxMessage.code == MessageCode.PULSE_ASKED.value,
        InboxMessage.sent_at >= Candidate.starts_on,
    )
    statement = (
        select(Membership)
        .join(Candidate, OF_CANDIDATE)
        .where(
            Candidate.starts_on.between(from_day, to_day),
            Candidate.status.in_(sorted(RUNNING)),
            Candidate.placement_level != Level.ASYE.value,
            Membership.ended_on.is_(None),
            ~asked,
            ~exists().where(Pulse.placement_id == Membership.placement_id),
        )
        .order_by(Membership.id)
        .limit(at_most)
        .with_for_update(of=Membership, key_share=True, skip_locked=True)
    )
    return (await session.execute(statement)).scalars().all()


async def pulse_of(session: AsyncSession, placement_id: UUID, week: int) -> Pulse | None:
    """The pulse of a placement in one week, if there is one."""
    statement = select(Pulse).where(Pulse.placement_id == placement_id, Pulse.week == week)
    return (await session.execute(statement)).scalar_one_or_none()
