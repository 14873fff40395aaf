import asyncio

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared.db import Database, TransactionOpen
from shared.http.sister import Sister


class NoTokens:
    async def token(self, partnership_id=None):
        return "token"


async def test_a_transaction_commits_at_its_end_and_rolls_back_on_an_exception(kit_db: Database):
    async with kit_db.begin() as session:
        await session.execute(text("create table kept (n int)"))

    async def half_done() -> None:
        async with kit_db.begin() as session:
            await session.execute(text("insert into kept values (1)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half_done()
    async with kit_db.read() as connection:
        assert (await connection.execute(text("select count(*) from kept"))).scalar_one() == 0


async def test_transactions_do_not_nest(kit_db: Database):
    async with kit_db.begin():
        with pytest.raises(TransactionOpen):
            async with kit_db.begin():
                pass
    async with kit_db.begin() as session:
        assert (await session.execute(text("select 1"))).scalar_one() == 1


async def test_nothing_travels_while_a_transaction_is_open(kit_db: Database):
    asked: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={})

    http = httpx.AsyncClient(transport=httpx.MockTransport(answering))
    sister = Sister("sister", "http://sister.test", http, NoTokens())
    async with kit_db.begin():
        with pytest.raises(TransactionOpen):
            await sister.ask("GET", "/v1/things")
    assert asked == []
    assert await sister.ask("GET", "/v1/things") == {}
    await http.aclose()


async def test_another_tasks_transaction_is_no_obstacle(kit_db: Database):
    async def other() -> int:
        async with kit_db.begin() as session:
            return int((await session.execute(text("select 2"))).scalar_one())

    task = asyncio.create_task(other())
    async with kit_db.begin():
        assert await task == 2


async def test_errors_do_not_carry_values(kit_db: Database):
    with pytest.raises(Exception, match="undefined|exist") as caught:
        async with kit_db.read() as connection:
            await connection.execute(text("select :name from nowhere"), {"name": "Alex Example"})
    assert "Alex" not in str(caught.value)


async def test_a_database_that_is_not_there_does_not_answer():
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert not await nowhere.answers()
    with pytest.raises(OperationalError):
        async with nowhere.read():
            pass
    await nowhere.close()
