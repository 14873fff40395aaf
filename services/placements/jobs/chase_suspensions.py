"""Chasing what must not be forgotten while a student has no placement to go to."""

from services.placements.operations.chasing import AT_ONCE, chase_reviews, chase_searches
from shared.clock import Clock
from shared.db import Database


async def chase_suspensions(db: Database, clock: Clock) -> bool:
    """Chase one batch of reviews and one of searches; True when there may be more."""
    async with db.begin() as session:
        reviews = await chase_reviews(session, now=clock.now())
    async with db.begin() as session:
        searches = await chase_searches(session, now=clock.now())
    return AT_ONCE in (reviews, searches)
