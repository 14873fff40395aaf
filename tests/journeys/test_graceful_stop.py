"""A serving process that is told to stop: readiness goes red first, what is in flight finishes, and it ends well."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from shared.auth.scopes import SCOPES
from shared.db import Database
from shared.ids import new_id
from tests.journeys.serving import Serving, a_local_issuer
from tests.principals import claims_for, signed
from tests.shared.events.news import until

DRAIN_SECONDS = 1.5


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        yield http


@pytest.fixture
async def issuer() -> AsyncIterator[str]:
    async with a_local_issuer() as url:
        yield url


@pytest.fixture
def serving(placements_db: Database, issuer: str, tmp_path: Path) -> Iterator[Serving]:
    log, drain = tmp_path / "serving.log", str(DRAIN_SECONDS)
    served = Serving("placements", placements_db.url, issuer, log, drain_seconds=drain)
    yield served
    served.kill()


@pytest.mark.timeout(60)
async def test_a_process_told_to_stop_goes_red_finishes_what_is_in_flight_and_ends_well(
    serving: Serving, issuer: str, http: httpx.AsyncClient, placements_db: Database
):
    claims = claims_for(partnership_id=new_id(), roles=["partnership"], scopes=SCOPES) | {"iss": issuer}
    headers = {"Authorization": f"Bearer {signed(claims)}", "Idempotency-Key": str(new_id())}
    body = {"name": "Harbour Council", "org_type": "local_authority"}
    await serving.shows(http, 200)

    async with placements_db.begin() as session:  # whoever writes an organisation waits for this
        await session.execute(text("lock table organisations in exclusive mode"))
        slow = asyncio.create_task(http.post(f"{serving.url}/v1/organisations", json=body, headers=headers))
        await until(lambda: _somebody_waits(placements_db))
        serving.process.send_signal(signal.SIGTERM)
        await serving.shows(http, 503)
        assert not slow.done()
        await serving.shows(http, None)
        assert not slow.done()
        assert serving.process.poll() is None

    answer = await slow
    assert answer.status_code == 201, answer.text
    assert await asyncio.to_thread(serving.process.wait, 20) == 0, serving.log.read_text()
    async with placements_db.read() as connection:
        assert (await connection.execute(text("select name from organisations"))).scalars().all() == [
            body["name"]
        ]


async def _somebody_waits(db: Database) -> bool:
    waiting = text("select count(*) from pg_locks where not granted and relation = 'organisations'::regclass")
    async with db.read() as connection:
        return bool((await connection.execute(waiting)).scalar_one())
