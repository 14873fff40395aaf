"""The placements service beside a register of educators that answers as agreed."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from services.placements.app import create_app
from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
from tests.placements.register import NoTokens, Register
from tests.placements.struggling import Struggling, a_concern
from tests.principals import a_verifier


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
async def wired(placements_db, stopped_clock, register) -> AsyncIterator[Wiring]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(register)) as http:
        settings = Settings(database_url=placements_db.url)
        parts = {"db": placements_db, "clock": stopped_clock, "verifier": a_verifier(), "http": http}
        yield wire(settings, tokens=NoTokens(), **parts)


@pytest.fixture
async def client(wired) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(wired))
    async with httpx.AsyncClient(transport=transport, base_url="http://placements.test") as client:
        yield client


@pytest.fixture
async def concern(placements_db, stopped_clock) -> tuple[Struggling, UUID]:
    """A placement with an early conversation open about the student's wellbeing."""
    return await a_concern(placements_db, stopped_clock)
