import asyncio

import psycopg
import pytest
from sqlalchemy import bindparam, literal, select

from shared.db import Database
from shared.errors import Unavailable
from shared.events.listening import plain_url
from shared.readers import Readers
from shared.statements import ready

OURS = b"select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
WHO = b"select pg_backend_pid()"


async def whose(readers: Readers) -> int:
    return int((await readers.rows(WHO, []))[0][0])


async def connected(db: Database) -> set[int]:
    async with await psycopg.AsyncConnection.connect(plain_url(db.url), autocommit=True) as connection:
        return {pid for (pid,) in await (await connection.execute(OURS)).fetchall()}


async def broken_off(db: Database, pid: int) -> None:
    async with await psycopg.AsyncConnection.connect(plain_url(db.url), autocommit=True) as connection:
        await connection.execute("select pg_terminate_backend(%s, 5000)", [pid])


async def test_one_after_the_other_uses_one_connection(cold_db: Database):
    readers = Readers(plain_url(cold_db.url), most=3)
    assert len({await whose(readers) for _ in range(5)}) == 1
    readers.close()


async def test_many_at_once_share_as_many_connections_as_there_may_be(cold_db: Database):
    readers = Readers(plain_url(cold_db.url), most=3)
    found = await asyncio.gather(*(readers.rows(b"select $1::int", [n]) for n in range(50)))
    assert [row for ((row,),) in found] == list(range(50))
    assert len(await connected(cold_db)) == 3
    readers.close()


async def test_a_connection_that_died_is_replaced_and_nobody_notices(cold_db: Database):
    readers = Readers(plain_url(cold_db.url), most=3)
    await asyncio.gather(*(readers.rows(b"select pg_sleep(0.05)", []) for _ in range(3)))
    for pid in await connected(cold_db):
        await broken_off(cold_db, pid)
    assert await asyncio.gather(*(readers.rows(b"select 1", []) for _ in range(5))) == [[(1,)]] * 5
    readers.close()


async def test_a_statement_that_fails_keeps_its_connection(cold_db: Database):
    readers = Readers(plain_url(cold_db.url), most=1)
    before = await whose(readers)
    with pytest.raises(psycopg.errors.UndefinedTable):
        await readers.rows(b"select * from nowhere", [])
    assert await whose(readers) == before
    readers.close()


async def test_what_rests_is_given_back(cold_db: Database):
    readers = Readers(plain_url(cold_db.url), most=2, rest=0.05)
    await whose(readers)
    async with asyncio.timeout(10):
        while await connected(cold_db):  # noqa: ASYNC110 - the server sets no event
            await asyncio.sleep(0.02)


async def test_waiting_for_a_connection_has_an_end(cold_db: Database):
    readers = Readers(plain_url(cold_db.url), most=1, patience=0.05)
    slow = asyncio.create_task(readers.rows(b"select pg_sleep(0.5)", []))
    await asyncio.sleep(0.01)
    with pytest.raises(TimeoutError):
        await whose(readers)
    await slow
    assert await whose(readers)
    readers.close()


async def test_a_reader_that_goes_away_takes_nobodys_turn(cold_db: Database):
    readers = Readers(plain_url(cold_db.url), most=1)
    slow = asyncio.create_task(readers.rows(b"select pg_sleep(0.2)", []))
    await asyncio.sleep(0.05)
    impatient, patient = (asyncio.create_task(whose(readers)) for _ in range(2))
    await asyncio.sleep(0.01)
    impatient.cancel()
    slow.cancel()
    async with asyncio.timeout(10):
        assert await patient
    readers.close()


async def test_without_a_server_reading_is_unavailable_at_once():
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await nowhere.rows(ready(select(literal(1))), {})
    await nowhere.close()


async def test_a_ready_statement_holds_its_constants_and_takes_the_rest():
    statement = ready(
        select(literal("50%"), bindparam("name")).where(bindparam("name") == bindparam("other"))
    )
    assert b"'50%'" in statement.text
    assert statement.values({"other": "b", "name": "a", "unused": 1}) == ["a", "b"]
