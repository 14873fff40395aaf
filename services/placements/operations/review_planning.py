"""When QAMP reviews are due: laid down when a placement starts, and anew whenever its calendar has moved."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.life import Life
from services.placements.domain.reviews import plan_reviews
from services.placements.domain.schedule import NeverEnds
from services.placements.domain.vocabulary import Checkpoint
from services.placements.models.placements import Placement
from services.placements.models.reviews import Review
from services.placements.queries.lives import lives_of
from services.placements.queries.review_templates import template_in_force
from shared.calendar import london_day
from shared.ids import new_id


async def open_reviews(session: AsyncSession, placement: Placement, *, now: datetime) -> None:
    """The placement has started: its reviews are open, each with the day it is due and the template that is in force.

    Opening them again changes nothing.
    """
    (life,) = await lives_of(session, [placement.id])
    in_force = await template_in_force(session, placement.partnership_id, london_day(now))
    rows = [
        {
            "id": new_id(),
            "partnership_id": placement.partnership_id,
            "placement_id": placement.id,
            "checkpoint": checkpoint.value,
            "template_version": in_force.template.version,
            "template_id": in_force.id,
            "due_on": planned.due_on,
            "opens_on": planned.opens_on,
            "closes_on": planned.closes_on,
            "opened_at": now,
            "version": 1,
            "created_at": now,
            "updated_at": now,
        }
        for checkpoint, planned in plan_reviews(life.terms).items()
    ]
    await session.execute(
        insert(Review).values(rows).on_conflict_do_nothing(constraint="review_once_per_checkpoint")
    )


async def plan_anew(session: AsyncSession, lives: Iterable[Life], *, now: datetime) -> int:
    """Move the reviews that are not moderated to the days they are due by now; returns how many have moved.

    A pause, another pattern, leave or a closure moves the days of placement, and the reviews with them.
    """
    by_placement = {life.id: life for life in lives}
    moved = 0
    for placement_id, reviews in (await _not_moderated(session, list(by_placement))).items():
        try:
            planned = plan_reviews(by_placement[placement_id].terms, london_day(now))
        except NeverEnds:
            continue
        for review in reviews:
            due = planned[Checkpoint(review.checkpoint)]
            days = (due.due_on, due.opens_on, due.closes_on)
            if days != (review.due_on, review.opens_on, review.closes_on):
                review.due_on, review.opens_on, review.closes_on = days
                review.version += 1
                review.updated_at = now
                moved += 1
    await session.flush()
    return moved


async def plan_placement_anew(session: AsyncSession, placement: Placement, *, now: datetime) -> None:
    """The same for one placement whose calendar has just changed."""
    await plan_anew(session, await lives_of(session, [placement.id]), now=now)


async def _not_moderated(session: AsyncSession, placement_ids: Sequence[UUID]) -> dict[UUID, list[Review]]:
    statement = (
        select(Review)
        .where(Review.placement_id.in_(placement_ids), Review.moderated_at.is_(None))
        .order_by(Review.placement_id, Review.id)
    )
    found: dict[UUID, list[Review]] = {}
    for review in (await session.execute(statement)).scalars():
        found.setdefault(review.placement_id, []).append(review)
    return found
