"""Stop, start, continue: a hub is asked, its members answer, and with the round's end it is forgotten who said what."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.inbox import MessageCode
from services.hubs.messages import FeedbackClosed, FeedbackOpened
from services.hubs.models.feedback import FeedbackAnswer, FeedbackRound
from services.hubs.models.hubs import Hub
from services.hubs.operations.authors import Author
from services.hubs.operations.inbox import About, send
from services.hubs.operations.versions import overwrite
from services.hubs.queries.feedback import forget_who, hold_expired
from services.hubs.queries.memberships import current_members, member_now
from shared.calendar import london_day
from shared.errors import Fault, Forbidden, Invalid, InvalidState
from shared.events.outbox import publish
from shared.ids import new_id

LONGEST_DAYS = 60
"""A round is open for no longer."""


async def ask(
    session: AsyncSession, author: Author, hub: Hub, closes_on: date, now: datetime
) -> FeedbackRound:
    """Ask a held hub's members, until the end of the day given. One round at a time: the database refuses a second."""
    author.must_lead(hub)
    if not 0 <= (closes_on - london_day(now)).days <= LONGEST_DAYS:
        words = f"A round closes today at the earliest, and in {LONGEST_DAYS} days at the latest."
        raise Invalid([Fault("/closes_on", "out_of_range", words)])
    asked = FeedbackRound(
        id=new_id(),
        partnership_id=hub.partnership_id,
        hub_id=hub.id,
        closes_on=closes_on,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(asked)
    await session.flush()
    members = await current_members(session, hub.partnership_id, [hub.id])
    people, about = (
        [member.student_id for member in members],
        About(MessageCode.FEEDBACK_ASKED, hub_id=hub.id, due_on=closes_on),
    )
    await send(session, hub.partnership_id, people, about, now)
    message = FeedbackOpened(round_id=asked.id, hub_id=hub.id, closes_on=closes_on)
    await publish(session, message, partnership_id=hub.partnership_id, subject=asked.id, now=now)
    return asked


async def answer(
    session: AsyncSession, author: Author, asked: FeedbackRound, values: Mapping[str, Any], now: datetime
) -> None:
    """Keep or replace the caller's answer to a held round that is open."""
    if asked.closed_at is not None or asked.closes_on < london_day(now):
        raise InvalidState("round", "closed", [])
    member = await member_now(session, author.tenant, asked.hub_id, author.person_id)
    if member is None:
        raise Forbidden("not_a_member", "Those who belong to the hub now are asked.")
    row = {
        "id": new_id(),
        "partnership_id": author.tenant,
        "round_id": asked.id,
        "membership_id": member.id,
        **values,
    }
    statement = insert(FeedbackAnswer).values(row)
    replaced = statement.on_conflict_do_update(constraint="one_answer_per_member", set_=dict(values))
    await session.execute(replaced)


async def close(session: AsyncSession, asked: FeedbackRound, now: datetime) -> None:
    """Close a held round: from now on what was said may be read, and nobody can tell who said it."""
    if asked.closed_at is not None:
        raise InvalidState("round", "closed", [])
    overwrite(asked, {"closed_at": now}, now)
    answers = await forget_who(session, asked.id)
    await session.flush()
    message = FeedbackClosed(round_id=asked.id, hub_id=asked.hub_id, answers=answers)
    await publish(session, message, partnership_id=asked.partnership_id, subject=asked.id, now=now)


async def close_expired(session: AsyncSession, now: datetime, at_most: int) -> int:
    """Close rounds whose last day is over; returns how many."""
    expired = await hold_expired(session, london_day(now), at_most)
    for asked in expired:
        await close(session, asked, now)
    return len(expired)
