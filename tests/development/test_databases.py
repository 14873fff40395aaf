"""The house's own tests start here: a test's database is its own, and empty."""

import pytest
from sqlalchemy import text

from shared.clock import StoppedClock
from shared.db import Database


@pytest.mark.parametrize("turn", [1, 2])
async def test_every_test_gets_an_empty_database(kit_db: Database, turn: int) -> None:
    async with kit_db.begin() as session:
        await session.execute(text("create table seen (turn int)"))
        await session.execute(text("insert into seen values (:turn)"), {"turn": turn})
    async with kit_db.read() as connection:
        assert (await connection.execute(text("select array_agg(turn) from seen"))).scalar_one() == [turn]


async def test_the_job_queue_is_there(kit_db: Database) -> None:
    async with kit_db.read() as connection:
        assert (await connection.execute(text("select count(*) from procrastinate_jobs"))).scalar_one() == 0


def test_the_stopped_clock_stands_on_a_working_monday(stopped_clock: StoppedClock) -> None:
    assert stopped_clock.now().isoformat() == "2026-09-07T09:00:00+00:00"
    assert stopped_clock.now() == stopped_clock.now()
