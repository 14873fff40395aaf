"""The three services together, as journeys through several of them use them."""

from collections.abc import AsyncIterator

import pytest

from shared.clock import StoppedClock
from shared.db import Database
from tests.journeys.world import World, a_world


@pytest.fixture
async def world(
    stopped_clock: StoppedClock, placements_db: Database, educators_db: Database, hubs_db: Database
) -> AsyncIterator[World]:
    """An empty partnership in the three services."""
    databases = {"placements": placements_db, "educators": educators_db, "hubs": hubs_db}
    async with a_world(stopped_clock, databases) as world:
        yield world
