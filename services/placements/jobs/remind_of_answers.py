"""Reminding those who have not answered a proposal, before the deadline."""

from services.placements.operations.reminders import AT_ONCE, remind
from shared.calendar import ENGLAND
from shared.clock import Clock
from shared.db import Database


async def remind_of_answers(db: Database, clock: Clock) -> bool:
    """Remind of one batch of answers; True when there may be more."""
    async with db.begin() as session:
        return await remind(session, calendar=ENGLAND, now=clock.now()) == AT_ONCE
