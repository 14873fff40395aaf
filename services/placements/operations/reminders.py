"""Reminding host and university of answers that fall due, once for each proposal."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.proposals import reminded_until
from services.placements.domain.vocabulary import Party, ProposalStatus
from services.placements.messages import AnswerFallsDue
from services.placements.models.proposals import Proposal
from shared.calendar import Calendar
from shared.events.outbox import publish

AT_ONCE = 200


async def remind(session: AsyncSession, *, calendar: Calendar, now: datetime) -> int:
    """Tell of proposals whose deadline is near those sides that have not accepted; returns how many there were.

    Any number of workers may do so at once: each proposal is told of once.
    """
    statement = (
        select(Proposal)
        .where(
            Proposal.status == ProposalStatus.PUBLISHED.value,
            Proposal.reminded_at.is_(None),
            Proposal.answer_due_at <= reminded_until(calendar, now),
        )
        .order_by(Proposal.answer_due_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due = (await session.execute(statement)).scalars().all()
    for proposal in due:
        proposal.reminded_at = now
        await _tell(session, proposal, now)
    await session.flush()
    return len(due)


async def _tell(session: AsyncSession, proposal: Proposal, now: datetime) -> None:
    sides = {
        Party.HOST: (proposal.organisation_id, proposal.host_answered_at),
        Party.UNIVERSITY: (proposal.university_id, proposal.university_answered_at),
    }
    waiting = {party: side for party, (side, answered) in sides.items() if answered is None}
    if proposal.answer_due_at is None or not waiting:
        return
    news = AnswerFallsDue(answer_due_at=proposal.answer_due_at, waiting_for=tuple(waiting))
    await publish(
        session,
        news,
        partnership_id=proposal.partnership_id,
        subject=proposal.id,
        audience=set(waiting.values()),
        now=now,
    )
