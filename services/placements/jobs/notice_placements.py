"""As days pass, facts become signals: every active placement is looked at once on each day."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from services.placements.operations.noticing import hold_to_notice, leave_for_today, look_at
from shared.calendar import london_day
from shared.clock import Clock
from shared.db import Database
from shared.logs import kind_of

log = structlog.get_logger()

AT_ONCE = 20
"""Placements looked at in one transaction: few, because a signal may open a concern, and their rows are held meanwhile."""


async def notice_placements(db: Database, clock: Clock, *, at_once: int = AT_ONCE) -> bool:
    """Look at some placements nobody has looked at today; returns whether there may be more.

    Any number of workers may do so at once. A placement that cannot be judged is logged, and does not keep the others from
    being looked at.
    """
    now = clock.now()
    held: Sequence[tuple[UUID, UUID]] = ()
    try:
        async with db.begin() as session:
            held = await hold_to_notice(session, london_day(now), at_once)
            for partnership_id in sorted({partnership_id for partnership_id, _ in held}):
                ids = [placement_id for whose, placement_id in held if whose == partnership_id]
                await look_at(session, partnership_id, ids, now=now)
    except Exception:
        if not held or not await db.answers():
            raise
        await _one_by_one(db, clock, held)
    return len(held) == at_once


async def _one_by_one(db: Database, clock: Clock, held: Sequence[tuple[UUID, UUID]]) -> None:
    now = clock.now()
    for partnership_id, placement_id in held:
        try:
            async with db.begin() as session:
                await look_at(session, partnership_id, [placement_id], now=now)
        except Exception as error:
            if not await db.answers():
                raise
            log.error("placement_cannot_be_judged", placement_id=str(placement_id), error=kind_of(error))
            async with db.begin() as session:
                await leave_for_today(session, [placement_id], london_day(now))
