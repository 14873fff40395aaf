"""The placements service beside a register of educators that answers as agreed."""

from collections.abc import AsyncIterator

import pytest

from services.placements.wiring import Wiring
from tests.placements.matching import with_register
from tests.placements.register import Register


@pytest.fixture
async def season_wiring(placements_db, stopped_clock) -> AsyncIterator[Wiring]:
    async with with_register(placements_db, stopped_clock, Register()) as parts:
        yield parts
