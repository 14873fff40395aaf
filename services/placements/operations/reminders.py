"""Reminding host and university of answers that fall due: systems by an event a proposal, people by one message a round."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Template
from services.placements.domain.proposals import reminded_until
from services.placements.domain.vocabulary import Party, ProposalStatus
from services.placements.messages import AnswerFallsDue
from services.placements.models.proposals import Proposal
from services.placements.operations.notifications import queue, waiting
from services.placements.queries.rosters import answering_for
from shared.calendar import Calendar, london_day
from shared.events.outbox import publish

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Wait:
    """One organisation that has answers to give in a round by a day."""

    partnership_id: UUID
    organisation_id: UUID
    round_id: UUID
    due_on: date


async def remind(session: AsyncSession, *, calendar: Calendar, now: datetime) -> int:
    """Tell of proposals whose deadline is near those sides that have not accepted; returns how many there were.

    Any number of workers may do so at once: each proposal is told of once, and a person of all that fall due on one day in
    one message. Nobody is reminded on a day that is not worked.
    """
    if not calendar.is_working_day(london_day(now)):
        return 0
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
    waits: set[_Wait] = set()
    for proposal in due:
        proposal.reminded_at = now
        waits |= await _tell(session, proposal, now)
    await session.flush()
    await _write_to_people(session, waits, now)
    return len(due)


async def _tell(session: AsyncSession, proposal: Proposal, now: datetime) -> set[_Wait]:
    sides = {
        Party.HOST: (proposal.organisation_id, proposal.host_answered_at),
        Party.UNIVERSITY: (proposal.university_id, proposal.university_answered_at),
    }
    missing = {party: side for party, (side, answered) in sides.items() if answered is None}
    if proposal.answer_due_at is None or not missing:
        return set()
    news = AnswerFallsDue(answer_due_at=proposal.answer_due_at, waiting_for=tuple(missing))
    await publish(
        session,
        news,
        partnership_id=proposal.partnership_id,
        subject=proposal.id,
        audience=set(missing.values()),
        now=now,
    )
    due_on = london_day(proposal.answer_due_at)
    return {_Wait(proposal.partnership_id, side, proposal.round_id, due_on) for side in missing.values()}


async def _write_to_people(session: AsyncSession, waits: Collection[_Wait], now: datetime) -> None:
    """One message for each person, round and day, however many proposals it is about and however often it is written."""
    sides = {(wait.partnership_id, wait.organisation_id) for wait in waits}
    people = await answering_for(session, sides, london_day(now)) if sides else {}
    rows = [
        {
            **waiting(
                wait.partnership_id,
                person,
                Template.ANSWERS_DUE,
                uuid5(wait.round_id, wait.due_on.isoformat()),
                now,
            ),
            "round_id": wait.round_id,
        }
        for wait in waits
        for person in people[wait.partnership_id, wait.organisation_id]
    ]
    await queue(session, sorted(rows, key=lambda row: str(row["dedupe_key"])))
