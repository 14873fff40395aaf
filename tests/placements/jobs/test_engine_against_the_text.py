"""The engine beside a small model written from the policy's text: whatever people do and notice, in whatever order."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from shared.db import Database
from tests.databases import Databases
from tests.placements.jobs.beside import Beside


@pytest.fixture
def beside(databases: Databases) -> Iterator[type[Beside]]:
    """The machine on a database and an event loop of its own."""
    url = databases.clone("placements")
    with asyncio.Runner() as runner:
        Beside.runner, Beside.db = runner, Database(url)
        yield Beside
        runner.run(Beside.db.close())
    databases.drop(url)


def test_whatever_happens_the_engine_does_what_the_text_says(beside):
    run_state_machine_as_test(
        beside,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
