"""The placements service beside a register of educators that answers as agreed."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
from tests.placements.register import NoTokens, Register
from tests.principals import a_verifier


@pytest.fixture
async def season_wiring(placements_db, stopped_clock) -> AsyncIterator[Wiring]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(Register())) as http:
        settings = Settings(database_url=placements_db.url)
        parts = {"db": placements_db, "clock": stopped_clock, "verifier": a_verifier(), "http": http}
        yield wire(settings, tokens=NoTokens(), **parts)
