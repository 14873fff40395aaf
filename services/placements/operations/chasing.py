"""Reviews of suspensions and searches for a placement are chased: the row says when, and each chase happens once.

Any number of workers may chase at once: a row that another holds is left to it. When the calendar changes, what is still to
be chased is planned anew.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Recipient, Template
from services.placements.domain.escalation.recipients import reachable
from services.placements.domain.escalation.timing import EVERY_WORKING_DAY, Count, moved
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
from services.placements.queries.working_days import calendar_of, calendars_of, hold_working_days
from shared.calendar import Calendar, london_day
from shared.events.outbox import publish

AT_ONCE = 50
_REVIEWS_TO_COME = (
    select(SuspensionReview, Placement)
    .join(Placement, Placement.id == SuspensionReview.placement_id)
    .where(SuspensionReview.reviewed_at.is_(None), SuspensionReview.over_at.is_(None))
)
_SEARCHES_TO_COME = (
    select(PlacementSearch, Placement)
    .join(Placement, Placement.id == PlacementSearch.placement_id)
    .where(PlacementSearch.ended_at.is_(None))
)
_OWNERS = (Recipient.COORDINATOR, Recipient.TUTOR)
_LEADS = (*_OWNERS, Recipient.PROGRAMME_MANAGER)
_BOARD = (Recipient.PROGRAMME_MANAGER, Recipient.PRACTICE_EDUCATION_LEAD)


async def chase_reviews(session: AsyncSession, *, now: datetime) -> int:
    """Tell of reviews of suspensions that are due: first coordinator and tutor, from the second time the lead as well."""
    statement = (
        _REVIEWS_TO_COME.where(SuspensionReview.chase_at <= now)
        .order_by(SuspensionReview.chase_at)
        .limit(AT_ONCE)
        .with_for_update(of=SuspensionReview, skip_locked=True)
    )
    await hold_working_days(session)
    due = (await session.execute(statement)).all()
    for review, placement in due:
        who = _LEADS if review.chased else _OWNERS
        await _tell(session, placement, who, telling(review.id, review.chased), now)
        review.chased += 1
        review.chase_at = (await calendar_of(session, placement)).due_at(now, REVIEW_EVERY)
        review.counted_from = now
    await session.flush()
    return len(due)


async def chase_searches(session: AsyncSession, *, now: datetime) -> int:
    """Tell of searches without an entry for five working days, and of those that take 20 or 40 working days."""
    long = or_(
        and_(PlacementSearch.lead_at <= now, PlacementSearch.lead_told_at.is_(None)),
        and_(PlacementSearch.board_at <= now, PlacementSearch.board_told_at.is_(None)),
    )
    statement = (
        _SEARCHES_TO_COME.where(or_(PlacementSearch.chase_at <= now, long))
        .order_by(PlacementSearch.chase_at)
        .limit(AT_ONCE)
        .with_for_update(of=PlacementSearch, skip_locked=True)
    )
    await hold_working_days(session)
    due = (await session.execute(statement)).all()
    for search, placement in due:
        await _chase(session, search, placement, now)
    await session.flush()
    return len(due)


async def plan_chases_anew(session: AsyncSession, whose: ColumnElement[bool], *, now: datetime) -> None:
    """Move what is still to be chased about some placements whose working days have just changed.

    A review's own due day moves until it has passed. What people were told already is not told again.
    """
    reviews = (
        await session.execute(
            _REVIEWS_TO_COME.where(whose).order_by(SuspensionReview.id).with_for_update(of=SuspensionReview)
        )
    ).all()
    searches = (
        await session.execute(
            _SEARCHES_TO_COME.where(whose).order_by(PlacementSearch.id).with_for_update(of=PlacementSearch)
        )
    ).all()
    calendars = await calendars_of(session, [placement for _, placement in (*reviews, *searches)])
    for review, placement in reviews:
        review.chase_at = _anew(
            review.counted_from, REVIEW_EVERY, review.chase_at, calendars[placement.id], now
        )
        review.due_at = review.due_at if review.chased else review.chase_at
    for search, placement in searches:
        calendar, began = calendars[placement.id], search.began_at
        search.chase_at = _anew(search.counted_from, LOG_EVERY, search.chase_at, calendar, now)
        if search.lead_told_at is None:
            search.lead_at = _anew(began, LEAD_AFTER, search.lead_at, calendar, now)
        if search.board_told_at is None:
            search.board_at = _anew(began, BOARD_AFTER, search.board_at, calendar, now)
    await session.flush()


def _anew(since: datetime, within: int, before: datetime, calendar: Calendar, now: datetime) -> datetime:
    return moved(Count(since, within), before, calendar, EVERY_WORKING_DAY, now)


async def _chase(session: AsyncSession, search: PlacementSearch, placement: Placement, now: datetime) -> None:
    if search.chase_at <= now:
        await _tell(session, placement, _OWNERS, telling(search.id, search.chased), now)
        search.chased += 1
        search.chase_at = (await calendar_of(session, placement)).due_at(now, LOG_EVERY)
        search.counted_from = now
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
