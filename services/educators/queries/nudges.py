"""Nudges: those that were given, and those the caller sees."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.models.educators import Educator
from services.educators.models.nudges import Nudge
from services.educators.queries.visibility import EDUCATORS, PARTNERSHIP, WHOLE
from shared.http.lists import Filtered, equal

LIST = Filtered(
    select(
        Nudge.id,
        Nudge.educator_id,
        Educator.organisation_id,
        Nudge.months,
        Nudge.idle_since,
        Nudge.nudged_on,
    )
    .join(Educator, Educator.id == Nudge.educator_id)
    .where(Nudge.partnership_id == PARTNERSHIP, EDUCATORS, WHOLE),
    Nudge.id,
    **equal(Nudge.educator_id, Nudge.months),
    organisation_id=Educator.organisation_id == bindparam("organisation_id"),
)
"""The nudges of educators the caller sees whole, oldest first."""


async def given_in(session: AsyncSession, episodes: Collection[UUID]) -> dict[tuple[UUID, UUID], set[int]]:
    """By educator and last support episode: after how many months they were nudged in that spell."""
    statement = select(Nudge.educator_id, Nudge.support_episode_id, Nudge.months).where(
        Nudge.support_episode_id.in_(episodes)
    )
    given: dict[tuple[UUID, UUID], set[int]] = defaultdict(set)
    for educator_id, episode_id, months in await session.execute(statement):
        given[educator_id, episode_id].add(months)
    return given
