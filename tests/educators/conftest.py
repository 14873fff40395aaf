"""The educators service as tests use it: wired to a throw-away database, a stopped clock and the test issuer."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.educators.app import create_app
from services.educators.settings import Settings
from services.educators.wiring import Wiring, wire
from shared.clock import StoppedClock
from shared.db import Database
from tests.educators.cpd import Partners
from tests.educators.sisters import FixedTokens, SomeOrganisations
from tests.principals import a_verifier


@pytest.fixture
def organisations() -> SomeOrganisations:
    """The organisations the placements service tells of; a test adds to them."""
    return SomeOrganisations()


@pytest.fixture
async def educators_wiring(
    educators_db: Database, stopped_clock: StoppedClock, organisations: SomeOrganisations
) -> AsyncIterator[Wiring]:
    """The parts of the service; the placements service knows the organisations of the test, and nothing else."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(organisations.answer)) as http:
        settings = Settings(database_url=educators_db.url)
        yield wire(
            settings,
            db=educators_db,
            clock=stopped_clock,
            verifier=a_verifier(),
            http=http,
            tokens=FixedTokens(),
        )


@pytest.fixture
async def educators_client(educators_wiring: Wiring) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of the service; say who it is by `headers=headers_for(...)`."""
    transport = httpx.ASGITransport(create_app(educators_wiring))
    async with httpx.AsyncClient(transport=transport, base_url="http://educators.test") as client:
        yield client


@pytest.fixture
def partners(
    educators_client: httpx.AsyncClient,
    educators_db: Database,
    stopped_clock: StoppedClock,
    organisations: SomeOrganisations,
) -> Partners:
    """A partnership whose university holds CPD for its councils."""
    return Partners(educators_client, educators_db, stopped_clock, organisations)
