"""Reviews of suspensions and searches for a placement are chased: the row says when, and each chase happens once.

Any number of workers may chase at once: a row that another holds is left to it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Recipient, Template
from services.placements.domain.escalation.recipients import reachable
from services.placements.domain.suspensions import (
    BOARD_AFTER,
    LEAD_AFTER,
    LOG_EVERY,
    REVIEW_EVERY,
    telling,
    telling_of_length,
)
from services.placements.messages.concerns import PlacementSearchTakesLong
from services.placements.models.placements import Placement
from services.placements.models.suspensions import PlacementSearch, SuspensionReview
from services.placements.operations.notifications import notify
from services.placements.queries.rosters import roster_of
from services.placements.queries.working_days import calendar_of
from shared.calendar import london_day
from shared.events.outbox import publish

AT_ONCE = 50
_OWNERS = (Recipient.COORDINATOR, Recipient.TUTOR)
_LEADS = (*_OWNERS, Recipient.PROGRAMME_MANAGER)
_BOARD = (Recipient.PROGRAMME_MANAGER, Recipient.PRACTICE_EDUCATION_LEAD)


async def chase_reviews(session: AsyncSession, *, now: datetime) -> int:
    """Tell of reviews of suspensions that are due: first coordinator and tutor, from the second time the lead as well."""
    statement = (
        select(SuspensionReview, Placement)
        .join(Placement, Placement.id == SuspensionReview.placement_id)
        .where(
            SuspensionReview.chase_at <= now,
            SuspensionReview.reviewed_at.is_(None),
            SuspensionReview.over_at.is_(None),
        )
        .order_by(SuspensionReview.chase_at)
        .limit(AT_ONCE)
        .with_for_update(of=SuspensionReview, skip_locked=True)
    )
    due = (await session.execute(statement)).all()
    for review, placement in due:
        who = _LEADS if review.chased else _OWNERS
        await _tell(session, placement, who, telling(review.id, review.chased), now)
        review.chased += 1
        review.chase_at = (await calendar_of(session, placement)).due_at(now, REVIEW_EVERY)
    await session.flush()
    return len(due)


async def chase_searches(session: AsyncSession, *, now: datetime) -> int:
    """Tell of searches without an entry for five working days, and of those that take 20 or 40 working days."""
    long = or_(
        and_(PlacementSearch.lead_at <= now, PlacementSearch.lead_told_at.is_(None)),
        and_(PlacementSearch.board_at <= now, PlacementSearch.board_told_at.is_(None)),
    )
    statement = (
        select(PlacementSearch, Placement)
        .join(Placement, Placement.id == PlacementSearch.placement_id)
        .where(PlacementSearch.ended_at.is_(None), or_(PlacementSearch.chase_at <= now, long))
        .order_by(PlacementSearch.chase_at)
        .limit(AT_ONCE)
        .with_for_update(of=PlacementSearch, skip_locked=True)
    )
    due = (await session.execute(statement)).all()
    for search, placement in due:
        await _chase(session, search, placement, now)
    await session.flush()
    return len(due)


async def _chase(session: AsyncSession, search: PlacementSearch, placement: Placement, now: datetime) -> None:
    if search.chase_at <= now:
        await _tell(session, placement, _OWNERS, telling(search.id, search.chased), now)
        search.chased += 1
        search.chase_at = (await calendar_of(session, placement)).due_at(now, LOG_EVERY)
    if search.lead_told_at is None and search.lead_at <= now:
        search.lead_told_at = now
        await _takes_long(session, search, placement, LEAD_AFTER, now)
    if search.board_told_at is None and search.board_at <= now:
        search.board_told_at = now
        await _takes_long(session, search, placement, BOARD_AFTER, now)


async def _takes_long(
    session: AsyncSession, search: PlacementSearch, placement: Placement, working_days: int, now: datetime
) -> None:
    who = _LEADS if working_days == LEAD_AFTER else _BOARD
    await _tell(session, placement, who, telling_of_length(search.id, working_days), now)
    await publish(
        session,
        PlacementSearchTakesLong(placement_id=placement.id, working_days=working_days),
        partnership_id=placement.partnership_id,
        subject=search.id,
        audience=(placement.university_id,),
        now=now,
    )


async def _tell(
    session: AsyncSession, placement: Placement, roles: Sequence[Recipient], occasion: UUID, now: datetime
) -> None:
    roster = await roster_of(session, placement, london_day(now))
    people = {person.id: person for role in roles for person in reachable(roster, role)}
    await notify(
        session, placement, people.values(), Template.STEP_OVERDUE, occasion, concern_id=None, now=now
    )
