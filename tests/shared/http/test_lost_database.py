"""A database that goes away in the middle of a request: the caller is asked to repeat it, and repeating acts once."""

import asyncio

from sqlalchemy import text

from shared.db import Database
from shared.ids import new_id
from tests.principals import headers_for
from tests.shared.events.news import until, value
from tests.shared.http.small_service import a_small_app, calling, things_in

END_SESSIONS = text(
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)
WRITING = "select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'"


async def test_a_request_whose_database_goes_away_is_to_be_repeated_and_acts_once(cold_db: Database):
    headers = headers_for(partnership_id=new_id(), roles=("partnership",), scopes=("students:write",))
    async with calling(await a_small_app(cold_db), **headers) as client:
        lost = asyncio.create_task(client.post("/v1/things", json={"name": "slow"}))
        await until(lambda: _is_writing(cold_db))
        async with cold_db.read() as connection:
            await connection.execute(END_SESSIONS)
        refused = await lost
        assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
        assert refused.headers["retry-after"] == "5"
        assert await things_in(cold_db) == 0
        again = await client.post("/v1/things", json={"name": "slow"})
        assert again.status_code == 201, again.text
        assert await things_in(cold_db) == 1


async def _is_writing(db: Database) -> bool:
    return bool(await value(db, WRITING))
