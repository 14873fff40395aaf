"""A partnership of its own for each test, and the service that serves it."""

from collections.abc import AsyncIterator

import pytest

from shared.clock import StoppedClock
from shared.db import Database
from tests.databases import Databases
from tests.hubs.factories import Service, Tenant, serving


@pytest.fixture(scope="session")
async def partnerships_hubs_db(databases: Databases) -> AsyncIterator[Database]:
    """One database for all tests that keep to a partnership of their own: making one takes a fifth of a second."""
    async with databases.fresh("hubs") as database:
        yield database


@pytest.fixture
def tenant(partnerships_hubs_db: Database, stopped_clock: StoppedClock) -> Tenant:
    """A new partnership in the database that tests share."""
    return Tenant(partnerships_hubs_db, stopped_clock)


@pytest.fixture
async def service(partnerships_hubs_db: Database, stopped_clock: StoppedClock) -> AsyncIterator[Service]:
    """The service for a new partnership in the database that tests share."""
    async with serving(partnerships_hubs_db, stopped_clock) as served:
        yield served


@pytest.fixture
def hubs_tenant(hubs_db: Database, stopped_clock: StoppedClock) -> Tenant:
    """A new partnership in a database of its own: for work that goes over all partnerships."""
    return Tenant(hubs_db, stopped_clock)
