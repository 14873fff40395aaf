"""As days pass: members in week four are asked for their energy, and rounds of feedback close."""

from services.hubs.operations.feedback import close_expired
from services.hubs.operations.pulses import ask
from shared.clock import Clock
from shared.db import Database

AT_ONCE = 100
"""Members asked, or rounds closed, in one transaction."""


async def sweep_hubs(db: Database, clock: Clock, *, at_once: int = AT_ONCE) -> bool:
    """Ask some members and close some rounds; returns whether there may be more. Any number of workers may do so at once."""
    async with db.begin() as session:
        asked = await ask(session, clock.now(), at_once)
    async with db.begin() as session:
        closed = await close_expired(session, clock.now(), at_once)
    return at_once in {asked, closed}
