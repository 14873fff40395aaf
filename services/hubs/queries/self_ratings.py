"""Reading members' ratings of themselves: one's own, and means over many."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.evaluation import Moment
from services.hubs.models.self_ratings import SelfRating


async def rating_of(session: AsyncSession, membership_id: UUID, moment: Moment) -> SelfRating | None:
    """A member's ratings at one moment, locked until the transaction ends; None before the first."""
    statement = (
        select(SelfRating)
        .where(SelfRating.membership_id == membership_id, SelfRating.moment == moment.value)
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()
