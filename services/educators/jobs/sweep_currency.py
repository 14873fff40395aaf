"""As days pass, currency runs out and students stay away: every educator is looked at once on each day, and told of once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog

from services.educators.operations.currency import hold_due, mark_checked, settle_only
from services.educators.operations.nudges import nudge_idle
from services.educators.queries.educators import hold_educators
from shared.calendar import london_day
from shared.clock import Clock
from shared.db import Database, Session
from shared.logs import kind_of

log = structlog.get_logger()

AT_ONCE = 200
"""Educators looked at in one transaction."""


async def sweep_currency(db: Database, clock: Clock, *, at_once: int = AT_ONCE) -> bool:
    """Look at some educators nobody has looked at today; returns whether there may be more.

    Any number of workers may do so at once. An educator whose currency cannot be computed is logged, and does not keep
    the others from being looked at.
    """
    now = clock.now()
    held: Sequence[tuple[UUID, UUID]] = ()
    try:
        async with db.begin() as session:
            held = await hold_due(session, london_day(now), at_once)
            for partnership_id in {partnership_id for partnership_id, _ in held}:
                ids = [educator_id for whose, educator_id in held if whose == partnership_id]
                await _look_at(session, partnership_id, ids, now)
    except Exception:
        if not held or not await db.answers():
            raise
        await _one_by_one(db, clock, held)
    return len(held) == at_once


async def _look_at(session: Session, partnership_id: UUID, ids: Sequence[UUID], now: datetime) -> None:
    await settle_only(session, partnership_id, ids, now)
    await nudge_idle(session, partnership_id, await hold_educators(session, partnership_id, ids), now)


async def _one_by_one(db: Database, clock: Clock, held: Sequence[tuple[UUID, UUID]]) -> None:
    now = clock.now()
    for partnership_id, educator_id in held:
        try:
            async with db.begin() as session:
                await _look_at(session, partnership_id, [educator_id], now)
        except Exception as error:
            if not await db.answers():
                raise
            log.error("currency_cannot_be_computed", educator_id=str(educator_id), error=kind_of(error))
            async with db.begin() as session:
                await mark_checked(session, educator_id, london_day(now))
