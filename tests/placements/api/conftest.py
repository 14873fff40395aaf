"""The placements service beside a register of educators that answers as agreed."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from services.placements.wiring import Wiring
from tests.placements.matching import calling, with_register
from tests.placements.register import Register
from tests.placements.struggling import Struggling, a_concern


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
async def wired(placements_db, stopped_clock, register) -> AsyncIterator[Wiring]:
    async with with_register(placements_db, stopped_clock, register) as parts:
        yield parts


@pytest.fixture
async def client(wired) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(wired) as caller:
        yield caller


@pytest.fixture
async def concern(placements_db, stopped_clock) -> tuple[Struggling, UUID]:
    """A placement with an early conversation open about the student's wellbeing."""
    return await a_concern(placements_db, stopped_clock)
