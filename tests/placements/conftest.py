"""The placements service as tests use it: wired to a throw-away database, a stopped clock and the test issuer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from services.placements.app import create_app
from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
from shared.clock import StoppedClock
from shared.db import Database
from tests.databases import Databases
from tests.principals import a_verifier


def nobody_answers(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no sister in this test")


@asynccontextmanager
async def wired(db: Database, clock: StoppedClock) -> AsyncIterator[Wiring]:
    """The parts of the service; its sisters do not answer."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(nobody_answers)) as http:
        yield wire(Settings(database_url=db.url), db=db, clock=clock, verifier=a_verifier(), http=http)


@asynccontextmanager
async def calling(wiring: Wiring) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of the service; say who it is by `headers=headers_for(...)`."""
    transport = httpx.ASGITransport(create_app(wiring))
    async with httpx.AsyncClient(transport=transport, base_url="http://placements.test") as client:
        yield client


@pytest.fixture
async def placements_wiring(placements_db: Database, stopped_clock: StoppedClock) -> AsyncIterator[Wiring]:
    """The service on an empty database of its own."""
    async with wired(placements_db, stopped_clock) as wiring:
        yield wiring


@pytest.fixture
async def placements_client(placements_wiring: Wiring) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of the service on an empty database of its own."""
    async with calling(placements_wiring) as client:
        yield client


@pytest.fixture(scope="session")
async def partnerships_db(databases: Databases) -> AsyncIterator[Database]:
    """One database for all tests that keep to a partnership of their own: making one takes a fifth of a second."""
    async with databases.fresh("placements") as database:
        yield database


@pytest.fixture
async def partnerships_wiring(
    partnerships_db: Database, stopped_clock: StoppedClock
) -> AsyncIterator[Wiring]:
    """The service on the database that tests share."""
    async with wired(partnerships_db, stopped_clock) as wiring:
        yield wiring


@pytest.fixture
async def partnerships_client(partnerships_wiring: Wiring) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of the service on the database that tests share."""
    async with calling(partnerships_wiring) as client:
        yield client
