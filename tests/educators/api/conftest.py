"""Somebody who sends files to the register."""

import httpx
import pytest

from services.educators.wiring import Wiring
from tests.educators.callers import the_office
from tests.educators.clerk import PARTNERSHIP, Clerk
from tests.educators.sisters import SomeOrganisations


@pytest.fixture
async def clerk(
    educators_client: httpx.AsyncClient, educators_wiring: Wiring, organisations: SomeOrganisations
) -> Clerk:
    """A clerk of the partnership's office; the placements service knows the organisations of the files."""
    for name in ("LA-W", "LA-A", "LA-C"):
        organisations.add(name)
    return Clerk(the_office(educators_client, PARTNERSHIP), educators_wiring)
