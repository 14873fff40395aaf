"""Carrying out a pause of many placements, or the end of one: chunk by chunk, each in a transaction of its own."""

from uuid import UUID

from services.placements.operations.pauses import carry_out_chunk
from services.placements.queries.pauses import hold_pause
from shared.clock import Clock
from shared.db import Database


async def carry_out_pause(db: Database, clock: Clock, pause_id: UUID) -> None:
    """Reach every placement the pause is about. It may be done again, and by several workers at once."""
    more = True
    while more:
        async with db.begin() as session:
            pause = await hold_pause(session, pause_id)
            more = await carry_out_chunk(session, pause, now=clock.now())
