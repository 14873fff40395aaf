"""As days pass: students are told until when their reflections are kept, and what is due is deleted."""

from services.hubs.operations.retention import delete_what_is_due, tell_of_deletion
from shared.clock import Clock
from shared.db import Database

AT_ONCE = 100
"""Students in one transaction."""


async def sweep_reflections(db: Database, clock: Clock, *, at_once: int = AT_ONCE) -> bool:
    """Tell some students and delete for some; returns whether there may be more. Any number of workers may do so at once."""
    async with db.begin() as session:
        told = await tell_of_deletion(session, clock.now(), at_once)
    async with db.begin() as session:
        settled = await delete_what_is_due(session, clock.now(), at_once)
    return at_once in {told, settled}
