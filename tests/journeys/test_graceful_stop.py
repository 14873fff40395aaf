"""A serving process that is told to stop: readiness goes red first, what is in flight finishes, and it ends well."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from services.development.home import CHECKOUT
from shared.auth.scopes import SCOPES
from shared.db import Database
from shared.ids import new_id
from tests.principals import TEST_KEY, claims_for, signed
from tests.shared.events.news import until

DRAIN_SECONDS = 1.5


@asynccontextmanager
async def a_local_issuer() -> AsyncIterator[str]:
    """The test issuer's keys at an address of their own, for a process that finds them by discovery."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
        metadata = {"issuer": url, "jwks_uri": f"{url}/keys"}
        keys = {"keys": [TEST_KEY.as_dict(private=False)]}
        body = json.dumps(keys if asked == b"/keys" else metadata).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        writer.write(f"{head}connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield url
    finally:
        server.close()


class Serving:
    """The placements service as a process of its own."""

    def __init__(self, database_url: str, issuer: str, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        told = {
            "PLACEMENTS_DATABASE_URL": database_url,
            "PLACEMENTS_ISSUERS": json.dumps([issuer]),
            "PLACEMENTS_DRAIN_SECONDS": str(DRAIN_SECONDS),
        }
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services", "serve", "placements", "--port", str(port)],
                cwd=CHECKOUT,
                env=os.environ | told,
                stdout=out,
                stderr=out,
            )
        self.log = log
        self.url = f"http://127.0.0.1:{port}"

    async def status(self, http: httpx.AsyncClient) -> int | None:
        """What `/readyz` answers; nothing while nobody answers."""
        try:
            return (await http.get(f"{self.url}/readyz")).status_code
        except httpx.TransportError:
            return None

    async def shows(self, http: httpx.AsyncClient, wanted: int | None) -> None:
        """Wait until readiness is as wanted."""

        async def is_so() -> bool:
            return await self.status(http) == wanted

        await until(is_so)


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
    served = Serving(placements_db.url, issuer, tmp_path / "serving.log")
    yield served
    served.process.kill()
    served.process.wait()


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
