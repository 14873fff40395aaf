"""Simulations of policies: asked for, carried out bit by bit, ended. They change nothing but themselves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.models.policy_simulations import PolicySimulation
from shared.ids import new_id

_UNDER_WAY = (MatchRunStatus.QUEUED.value, MatchRunStatus.RUNNING.value)


async def request(  # noqa: PLR0917 - what is asked, by whom, when
    session: AsyncSession,
    partnership_id: UUID,
    policy_id: UUID,
    compare_with_id: UUID | None,
    term: tuple[date, date],
    by: str,
    now: datetime,
) -> PolicySimulation:
    """Ask what a policy, and another beside it, would have done to the days of a term."""
    made = PolicySimulation(
        id=new_id(),
        partnership_id=partnership_id,
        policy_id=policy_id,
        compare_with_id=compare_with_id,
        starts_on=term[0],
        ends_on=term[1],
        status=MatchRunStatus.QUEUED.value,
        placements_done=0,
        placements=0,
        requested_by=by,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    await session.flush()
    return made


async def go_on(session: AsyncSession, id_: UUID, done: int, of: int, now: datetime) -> bool:
    """So many placements are replayed; False when nobody waits for the answer any more."""
    values = {"status": MatchRunStatus.RUNNING.value, "placements_done": done, "placements": of}
    return await _change(session, id_, values, now)


async def end(session: AsyncSession, id_: UUID, result: Mapping[str, Any], now: datetime) -> None:
    """Everything is replayed."""
    values = {"status": MatchRunStatus.COMPLETED.value, "result": dict(result), "completed_at": now}
    await _change(session, id_, values, now)


async def _change(session: AsyncSession, id_: UUID, values: Mapping[str, Any], now: datetime) -> bool:
    statement = (
        update(PolicySimulation)
        .where(PolicySimulation.id == id_, PolicySimulation.status.in_(_UNDER_WAY))
        .values(version=PolicySimulation.version + 1, updated_at=now, **values)
        .returning(PolicySimulation.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None
