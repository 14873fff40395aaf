"""Support episodes that come by themselves: a placement that starts and ends is its educator's evidence.

Each is found again by its placement, so that a change told twice, late or after a replay of the whole feed is taken once.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import EpisodeEnd, Source, SupportRole
from services.educators.domain.placements import Placement
from services.educators.models.educators import Educator
from services.educators.models.evidence import SupportEpisode
from services.educators.operations.authors import Author
from services.educators.operations.currency import settle
from services.educators.operations.evidence import new_record, tell_episode
from services.educators.operations.seats import give_back
from services.educators.queries.educators import hold_educator


async def begin_episode(
    session: AsyncSession, partnership_id: UUID, placement: Placement, now: datetime
) -> None:
    """A placement has started or goes on: its educator supports a student. One that has ended stays ended."""
    facts = {"expected_end_on": placement.ends_on, "midway_reported": placement.midway_reported}
    await _keep(session, partnership_id, placement, facts, now)


async def end_episode(
    session: AsyncSession, partnership_id: UUID, placement: Placement, ending: EpisodeEnd, now: datetime
) -> None:
    """A placement has ended: the student's last day and days are on record, and the seat is free again."""
    # The seat first: whoever holds a seat takes these locks in this order, too.
    await give_back(session, Author(partnership_id, None, wide=True), placement.id, now)
    facts = {
        "expected_end_on": placement.ends_on,
        "midway_reported": placement.midway_reported,
        "ended_on": placement.last_day,
        "days": int(placement.days_approved),
        "ending": ending.value,
    }
    await _keep(session, partnership_id, placement, facts, now)


async def forget_placement(
    session: AsyncSession, partnership_id: UUID, placement_id: UUID, now: datetime
) -> None:
    """A placement will not take place: its seat is free again, and nobody supported anybody."""
    await give_back(session, Author(partnership_id, None, wide=True), placement_id, now)


async def _keep(
    session: AsyncSession, partnership_id: UUID, placement: Placement, facts: dict[str, Any], now: datetime
) -> None:
    educator = await hold_educator(session, partnership_id, placement.educator_id)
    episode = await _of_placement(session, partnership_id, placement.id)
    if episode is None:
        episode = _new_episode(educator, placement, facts, now)
        session.add(episode)
    elif not _corrected(episode, facts, now):
        return
    await session.flush()
    await tell_episode(session, episode, educator.organisation_id, now)
    await settle(session, partnership_id, [episode.educator_id], now)


def _new_episode(
    educator: Educator, placement: Placement, facts: dict[str, Any], now: datetime
) -> SupportEpisode:
    ended_on = facts.get("ended_on")
    values = {
        "placement_id": placement.id,
        "student_id": placement.student_id,
        "placement_level": placement.placement_level,
        "role": SupportRole.EDUCATOR_OF_RECORD,
        "started_on": min(placement.starts_on, ended_on) if ended_on else placement.first_day,
        "planned_days": placement.days_required,
        **facts,
    }
    return new_record(SupportEpisode, educator, values, now, source=Source.PLACEMENTS)


def _corrected(episode: SupportEpisode, facts: dict[str, Any], now: datetime) -> bool:
    """Set what differs; an older change about an episode that has ended says nothing new."""
    if episode.ended_on is not None and "ended_on" not in facts:
        return False
    if "ended_on" in facts:
        facts = {**facts, "ended_on": max(facts["ended_on"], episode.started_on)}
    differing = {name: value for name, value in facts.items() if getattr(episode, name) != value}
    for name, value in differing.items():
        setattr(episode, name, value)
    if differing:
        episode.version += 1
        episode.updated_at = now
    return bool(differing)


async def _of_placement(
    session: AsyncSession, partnership_id: UUID, placement_id: UUID
) -> SupportEpisode | None:
    statement = select(SupportEpisode).where(
        SupportEpisode.partnership_id == partnership_id, SupportEpisode.placement_id == placement_id
    )
    return (await session.execute(statement)).scalar_one_or_none()
