"""The placements service as somebody who sends files to it sees it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.placements.wiring import Wiring
from shared.clock import StoppedClock
from shared.db import Database
from tests.placements.conftest import calling
from tests.placements.files import importing


@pytest.fixture
async def wiring(partnerships_db: Database, stopped_clock: StoppedClock) -> AsyncIterator[Wiring]:
    """The service, beside a register of educators that knows one number."""
    async with importing(partnerships_db, stopped_clock) as parts:
        yield parts


@pytest.fixture
async def client(wiring: Wiring) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of that service."""
    async with calling(wiring) as caller:
        yield caller
