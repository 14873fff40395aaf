"""The services, each on one database for all tests of a process; every test has a partnership of its own in it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from shared.db import Database
from tests.contracts.asgi import Line
from tests.contracts.in_process import InProcess
from tests.contracts.services import SERVICES
from tests.contracts.world import World
from tests.databases import Databases


@dataclass(frozen=True)
class Service:
    """A service that answers, and a new partnership in it for each operation that is tried."""

    app: FastAPI
    portal: BlockingPortal
    http: requests.Session
    world_for: Callable[[str], World]


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """The event loop on which the services live; the tests wait outside of it."""
    with start_blocking_portal("asyncio") as opened:
        yield opened


@pytest.fixture(scope="session")
def service_called(
    portal: BlockingPortal, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Service]]:
    """The service of a name, put together when it is first asked for."""
    made: dict[str, Service] = {}
    with ExitStack() as stack:

        def service(name: str) -> Service:
            if name not in made:
                made[name] = _start(stack, name, portal, databases, tmp_path_factory.mktemp(name))
            return made[name]

        yield service


def _start(
    stack: ExitStack, name: str, portal: BlockingPortal, databases: Databases, folder: Path
) -> Service:
    url = databases.clone(name)
    stack.callback(databases.drop, url)
    database = portal.call(Database, url)
    stack.callback(portal.call, database.close)
    running = stack.enter_context(portal.wrap_async_context_manager(SERVICES[name](database, folder)))
    session = stack.enter_context(requests.Session())
    session.trust_env = (
        False  # no request leaves the process: no proxy to look up in the environment each time
    )
    session.mount("http://", InProcess(Line(running.app, portal)))
    return Service(running.app, portal, session, lambda path: portal.call(running.world_for, path))
