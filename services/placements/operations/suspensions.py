"""A suspension is reviewed every five working days: each review is planned when the one before is done."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.lifecycle import open_steps
from services.placements.domain.suspensions import REVIEW_EVERY, ReviewResult
from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.placements import Placement
from services.placements.models.suspensions import SuspensionReview
from services.placements.operations.cases import Actor
from services.placements.queries.working_days import calendar_of, hold_working_days
from shared.errors import InvalidState
from shared.ids import new_id


async def follow_status(session: AsyncSession, placement: Placement, *, now: datetime) -> None:
    """Plan the first review of a placement that was just suspended; of one that is suspended no more, plan none."""
    if placement.status == PlacementStatus.SUSPENDED.value:
        await _plan(session, placement, now=now)
        return
    await session.execute(
        update(SuspensionReview)
        .where(
            SuspensionReview.placement_id == placement.id,
            SuspensionReview.reviewed_at.is_(None),
            SuspensionReview.over_at.is_(None),
        )
        .values(over_at=now)
    )


async def review_suspension(
    session: AsyncSession,
    placement: Placement,
    result: ReviewResult,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> SuspensionReview:
    """Somebody who decides about the held placement reviews its suspension; the next review is due five working days on."""
    status = PlacementStatus(placement.status)
    if status is not PlacementStatus.SUSPENDED:
        raise InvalidState("placement", status, [step.value for step in open_steps(status)])
    review = await _due(session, placement.id) or await _plan(session, placement, now=now)
    review.reviewed_at, review.reviewed_by, review.reviewed_by_role = now, str(by.person_id), by.role
    review.result, review.reason = result.value, reason
    await session.flush()
    await _plan(session, placement, now=now)
    return review


async def _due(session: AsyncSession, placement_id: UUID) -> SuspensionReview | None:
    statement = select(SuspensionReview).where(
        SuspensionReview.placement_id == placement_id,
        SuspensionReview.reviewed_at.is_(None),
        SuspensionReview.over_at.is_(None),
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def _plan(session: AsyncSession, placement: Placement, *, now: datetime) -> SuspensionReview:
    counted = select(func.count()).where(SuspensionReview.placement_id == placement.id)
    await hold_working_days(session)
    due_at = (await calendar_of(session, placement)).due_at(now, REVIEW_EVERY)
    review = SuspensionReview(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        number=int((await session.execute(counted)).scalar_one()) + 1,
        due_at=due_at,
        chase_at=due_at,
        counted_from=now,
        chased=0,
    )
    session.add(review)
    await session.flush()
    return review
