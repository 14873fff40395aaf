"""Watching the engine from outside of it: whether anything has been due for too long."""

from datetime import datetime, timedelta

from sqlalchemy import DateTime, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.models.concerns import ConcernStep

LONGEST_SILENCE = timedelta(minutes=5)
"""How long a step may be due before the engine counts as silent."""

_BEFORE = bindparam("before", type_=DateTime(timezone=True))
_LEFT_LYING = select(
    exists().where(
        ConcernStep.done_at.is_(None),
        ConcernStep.fired_at.is_(None),
        ConcernStep.due_at <= _BEFORE,
        func.coalesce(ConcernStep.retry_at, ConcernStep.due_at) <= _BEFORE,
    )
)


async def keeps_up(connection: AsyncConnection, now: datetime) -> bool:
    """Whether nothing has been due for five minutes without being fired. A step that waits after a failure is not due."""
    left_lying = await connection.execute(_LEFT_LYING, {"before": now - LONGEST_SILENCE})
    return not left_lying.scalar_one()
