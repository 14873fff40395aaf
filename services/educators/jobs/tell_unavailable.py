"""When days begin on which an educator takes no student, those who hold a seat with them are told, once."""

from services.educators.operations.unavailability import tell_begun
from shared.clock import Clock
from shared.db import Database

AT_ONCE = 100
"""Spans of days told of in one transaction."""


async def tell_unavailable(db: Database, clock: Clock, *, at_once: int = AT_ONCE) -> bool:
    """Tell of some that have begun; returns whether there may be more. Any number of workers may do so at once."""
    async with db.begin() as session:
        return await tell_begun(session, clock.now(), at_once) == at_once
