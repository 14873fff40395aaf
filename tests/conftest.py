"""What every test may ask for: an empty database of a service, and a clock that stands still."""

import gc
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings
from xdist.workermanage import WorkerController

from shared.clock import StoppedClock
from shared.db import Database
from tests.databases import Databases, Server
from tests.lending import Lending

settings.register_profile(
    "practicum",
    derandomize=True,  # the same examples in every run: what passes here passes elsewhere
    deadline=None,  # nor do they depend on how busy the machine is
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("practicum")

SERVER = pytest.StashKey[Server]()

gc.disable()  # nothing that is imported or collected goes again: looking through it is a tenth of a run's time


def pytest_collection_finish() -> None:
    """From here on the collector looks at what tests make, and at nothing else."""
    gc.freeze()
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """With several test processes the server starts before them, so that they share it."""
    several = bool(config.getoption("numprocesses", 0)) and not config.getoption("collectonly")
    if several and not hasattr(config, "workerinput"):
        config.stash[SERVER] = Server()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """Tell a test process where the server is."""
    server = node.config.stash[SERVER]
    node.workerinput["server"] = (server.url, server.run)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The server goes when the last test is done."""
    if SERVER in config.stash:
        config.stash[SERVER].close()


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Plain `async def` tests run on asyncio."""
    return "asyncio", {"use_uvloop": False}


def _server_of(config: pytest.Config) -> tuple[str, str]:
    """The URL of the server and the name of the run. Alone, a test process starts the server when it first needs it."""
    if hasattr(config, "workerinput"):
        url, run = config.workerinput["server"]
        return url, run
    if SERVER not in config.stash:
        config.stash[SERVER] = Server()
    return config.stash[SERVER].url, config.stash[SERVER].run


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The maker of throw-away databases."""
    made = Databases(*_server_of(request.config))
    yield made
    made.close()


@pytest.fixture(scope="session")
async def lending(databases: Databases) -> AsyncIterator[Lending]:
    """The lender of databases that go from test to test."""
    made = Lending(databases)
    yield made
    await made.close()


@pytest.fixture
async def placements_db(lending: Lending) -> AsyncIterator[Database]:
    """An empty database of the placements service."""
    async with lending.lent("placements") as database:
        yield database


@pytest.fixture
async def educators_db(lending: Lending) -> AsyncIterator[Database]:
    """An empty database of the educators service."""
    async with lending.lent("educators") as database:
        yield database


@pytest.fixture
async def hubs_db(lending: Lending) -> AsyncIterator[Database]:
    """An empty database of the hubs service."""
    async with lending.lent("hubs") as database:
        yield database


@pytest.fixture
async def identity_db(lending: Lending) -> AsyncIterator[Database]:
    """An empty database of the embedded authorisation server."""
    async with lending.lent("identity") as database:
        yield database


@pytest.fixture
async def kit_db(lending: Lending) -> AsyncIterator[Database]:
    """An empty database with nothing but the shared kit's tables and the job queue."""
    async with lending.lent("kit") as database:
        yield database


@pytest.fixture
async def cold_db(databases: Databases) -> AsyncIterator[Database]:
    """As `kit_db`, but nobody has been connected to it: for tests that count or break connections."""
    async with databases.fresh("kit") as database:
        yield database


@pytest.fixture
def stopped_clock() -> StoppedClock:
    """A clock that stands at nine in the morning (UTC) of Monday 7 September 2026 until it is moved."""
    return StoppedClock(datetime(2026, 9, 7, 9, tzinfo=UTC))
