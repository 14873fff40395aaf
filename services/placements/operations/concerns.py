"""Concerns open, rise and reopen, by signals, by time or by a person; each is one row, one message and the people told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Template
from services.placements.domain.escalation.transitions import Opening, Rise
from services.placements.domain.vocabulary import ConcernLevel, ConcernStatus
from services.placements.messages.concerns import ConcernEscalated, ConcernOpened
from services.placements.models.concerns import CASE_NUMBERS, Concern
from services.placements.models.placements import Placement
from services.placements.operations.cases import Actor, Case, announce_step, enter
from shared.calendar import Calendar, london_day
from shared.ids import new_id


async def open_concern(
    session: AsyncSession,
    placement: Placement,
    policy: Mapping[str, Any],
    opening: Opening,
    *,
    route: str,
    calendar: Calendar,
    now: datetime,
) -> Concern:
    """A placement is struggling: open a concern with a copy of the policy in force, at the level the signals lead to."""
    number = await session.scalar(CASE_NUMBERS)
    concern = Concern(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        case_number=f"PC-{london_day(now).year}-{number:06d}",
        about=opening.about.value,
        route=route,
        level=opening.level.value,
        status=ConcernStatus.OPEN.value,
        cycle=1,
        policy=dict(policy),
        opened_at=now,
        level_since=now,
        version=0,
        created_at=now,
        updated_at=now,
    )
    session.add(concern)
    await session.flush()
    case = Case(session, concern, placement, calendar, now)
    rise = Rise(opening.level, opening.why, opening.rule, is_immediate=opening.is_immediate)
    due_at = await enter(case, rise, opens=True)
    await announce_step(case, ConcernOpened, from_level=None, due_at=due_at)
    return concern


async def reopen(case: Case, opening: Opening) -> None:
    """Something was noticed within the cool-down: the closed concern goes on at the level it had reached, in a new cycle."""
    concern = case.concern
    concern.closed_at = None
    concern.outcome = None
    concern.immediate_at = None
    concern.cycle += 1
    rise = Rise(ConcernLevel(concern.level), opening.why, opening.rule)
    due_at = await enter(case, rise, opens=True, template=Template.CONCERN_REOPENED)
    await announce_step(case, ConcernOpened, from_level=None, due_at=due_at)


async def escalate(case: Case, rise: Rise, *, by: Actor | None = None) -> None:
    """The concern enters a higher level, by a rule or because a person asked, and the world is told."""
    from_level = case.concern.level
    due_at = await enter(case, rise, by=by)
    await announce_step(case, ConcernEscalated, from_level=from_level, due_at=due_at)
