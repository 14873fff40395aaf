import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import Database
from shared.engine import engine_for

WHO = text("select pg_backend_pid()")
END = text("select pg_terminate_backend(:pid, 5000)")
OTHERS = text(
    "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
)


async def whose(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(WHO)).scalar_one())


async def broken_off(db: Database, pid: int) -> None:
    async with db.read() as connection:
        await connection.execute(END, {"pid": pid})


async def others(db: Database) -> int:
    async with db.read() as connection:
        return int((await connection.execute(OTHERS)).scalar_one())


async def test_a_connection_that_died_while_it_rested_is_replaced_and_nobody_notices(cold_db: Database):
    engine = engine_for(cold_db.url, most=2, fresh=0.0)
    before = await whose(engine)
    await broken_off(cold_db, before)
    assert await whose(engine) != before
    await engine.dispose()


async def test_one_that_was_in_use_a_moment_ago_is_trusted_and_its_death_empties_the_pool(cold_db: Database):
    engine = engine_for(cold_db.url, most=2, fresh=60.0)
    await asyncio.gather(*(whose(engine) for _ in range(2)))
    for pid in [await whose(engine), await whose(engine)]:
        await broken_off(cold_db, pid)
    with pytest.raises(OperationalError):
        await whose(engine)
    assert await whose(engine)
    await engine.dispose()


async def test_connections_that_nobody_needs_any_more_are_given_back(cold_db: Database):
    engine = engine_for(cold_db.url, most=5, tidy_every=0.1)
    all_at_once = asyncio.Barrier(5)

    async def busy() -> None:
        async with engine.connect():
            await all_at_once.wait()

    await asyncio.gather(*(busy() for _ in range(5)))
    async with asyncio.timeout(10):
        while await others(cold_db):  # noqa: ASYNC110 - the server sets no event
            await asyncio.sleep(0.05)
    assert await whose(engine)
    await engine.dispose()


async def test_one_that_is_taken_while_all_are_given_back_is_not_forgotten(cold_db: Database):
    engine = engine_for(cold_db.url, most=2, tidy_every=0.005)
    for _ in range(20):
        await asyncio.gather(whose(engine), whose(engine))
        pool = engine.sync_engine.pool
        async with asyncio.timeout(10):
            while engine.sync_engine.pool is pool:
                async with engine.connect():
                    await asyncio.sleep(0)
                await asyncio.sleep(0)
    await engine.dispose()
    assert await others(cold_db) == 0


async def test_there_are_never_more_connections_than_allowed(cold_db: Database):
    engine = engine_for(cold_db.url, most=2)
    assert len(set(await asyncio.gather(*(whose(engine) for _ in range(20))))) <= 2
    await engine.dispose()
