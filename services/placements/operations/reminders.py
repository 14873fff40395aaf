"""Reminding host and university of answers that fall due: systems by an event a proposal, people by one message a round."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import DateTime, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Template
from services.placements.domain.proposals import overdue_before, reminded_until
from services.placements.domain.vocabulary import Party, ProposalStatus
from services.placements.messages import AnswerFallsDue, AnswerOverdue
from services.placements.models.proposals import Proposal
from services.placements.operations.notifications import queue, waiting
from services.placements.queries.rosters import answering_for
from shared.calendar import Calendar, london_day
from shared.events.outbox import publish

AT_ONCE = 200

_NEAR, _LATE = (bindparam(name, type_=DateTime(timezone=True)) for name in ("near", "late"))
_TO_BE_REMINDED = (
    select(Proposal)
    .where(
        Proposal.status == ProposalStatus.PUBLISHED.value,
        Proposal.answer_due_at <= _NEAR,
        or_(
            Proposal.reminded_at.is_(None),
            and_(Proposal.answer_due_at < _LATE, Proposal.reminded_at <= Proposal.answer_due_at),
        ),
    )
    .order_by(Proposal.answer_due_at)
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class _Wait:
    """One organisation that has answers to give in a round by a day, or had to."""

    partnership_id: UUID
    organisation_id: UUID
    round_id: UUID
    due_on: date
    is_late: bool

    @property
    def template(self) -> Template:
        """What its people are told."""
        return Template.ANSWERS_OVERDUE if self.is_late else Template.ANSWERS_DUE


async def remind(session: AsyncSession, *, calendar: Calendar, now: datetime) -> int:
    """Tell of proposals those sides that have not accepted, before the deadline and on the first working day after it.

    Returns how many proposals there were. Any number of workers may do so at once: each proposal is told of once before
    and once after, and a person of all that fall due on one day in one message. Nobody is reminded on a day that is not
    worked.
    """
    if not calendar.is_working_day(london_day(now)):
        return 0
    late = overdue_before(now)
    asked = {"near": reminded_until(calendar, now), "late": late}
    due = (await session.execute(_TO_BE_REMINDED, asked)).scalars().all()
    waits: set[_Wait] = set()
    for proposal in due:
        proposal.reminded_at = now
        waits |= await _tell(session, proposal, late, now)
    await session.flush()
    await _write_to_people(session, waits, now)
    return len(due)


async def _tell(session: AsyncSession, proposal: Proposal, late: datetime, now: datetime) -> set[_Wait]:
    sides = {
        Party.HOST: (proposal.organisation_id, proposal.host_answered_at),
        Party.UNIVERSITY: (proposal.university_id, proposal.university_answered_at),
    }
    missing = {party: side for party, (side, answered) in sides.items() if answered is None}
    if proposal.answer_due_at is None or not missing:
        return set()
    is_late = proposal.answer_due_at < late
    news = (AnswerOverdue if is_late else AnswerFallsDue)(
        answer_due_at=proposal.answer_due_at, waiting_for=tuple(missing)
    )
    await publish(
        session,
        news,
        partnership_id=proposal.partnership_id,
        subject=proposal.id,
        audience=set(missing.values()),
        now=now,
    )
    of = (proposal.round_id, london_day(proposal.answer_due_at), is_late)
    return {_Wait(proposal.partnership_id, side, *of) for side in missing.values()}


async def _write_to_people(session: AsyncSession, waits: Collection[_Wait], now: datetime) -> None:
    """One message for each person, round and day, however many proposals it is about and however often it is written."""
    sides = {(wait.partnership_id, wait.organisation_id) for wait in waits}
    people = await answering_for(session, sides, london_day(now)) if sides else {}
    rows = [
        {
            **waiting(
                wait.partnership_id,
                person,
                wait.template,
                uuid5(wait.round_id, wait.due_on.isoformat()),
                now,
            ),
            "round_id": wait.round_id,
        }
        for wait in waits
        for person in people[wait.partnership_id, wait.organisation_id]
    ]
    await queue(session, sorted(rows, key=lambda row: str(row["dedupe_key"])))
