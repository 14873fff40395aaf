"""How fast one process answers reads, with tokens checked and tenancy on, against a bare application with the same SQL.

Run with `make bench`. Requests go straight into the applications, 16 at a time, so that only our own work is measured; the
database is a throw-away one on this machine. The goal is half of the bare application.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import httpx
import uvloop
from sqlalchemy import text

from services.placements.app import create_app
from services.placements.settings import Settings
from services.placements.wiring import wire
from shared.clock import SystemClock
from shared.db import Database
from shared.ids import new_id
from shared.logs import configure
from tests.databases import Databases, Server
from tests.placements.callers import office
from tests.placements.factories import a_setting, an_organisation
from tests.principals import a_verifier

AT_ONCE = 16
SECONDS = 3.0
ROWS = 500

Message = MutableMapping[str, Any]
App = Callable[..., Awaitable[None]]

BARE_PAGE = text(
    "select json_agg(s) from (select * from settings where partnership_id = :p order by id limit 50) s"
)
BARE_ROW = text("select row_to_json(s) from settings s where partnership_id = :p and id = :id")


def bare(db: Database, binds: dict[str, object]) -> App:
    """The least an application can do: one statement, passed through."""

    async def app(scope: Message, _receive: object, send: Callable[[Message], Awaitable[None]]) -> None:
        statement = BARE_PAGE if scope["path"] == "/page" else BARE_ROW
        async with db.read() as connection:
            row = (await connection.execute(statement, binds)).scalar_one()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": httpx.Response(200, json=row).content})

    return app


async def rate(app: App, path: str, headers: dict[str, str], query: str = "") -> float:
    """Requests answered in a second; every answer must be a 200."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    deadline = time.perf_counter() + SECONDS
    counts = await asyncio.gather(*(_until(deadline, app, scope) for _ in range(AT_ONCE)))
    return sum(counts) / SECONDS


async def _until(deadline: float, app: App, scope: Message) -> int:
    answered = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] != httpx.codes.OK:
            raise AssertionError(f"answered {message['status']}")

    while time.perf_counter() < deadline:
        await app(dict(scope, state={}), receive, send)
        answered += 1
    return answered


async def measure(databases: Databases) -> None:
    """Fill a database, and say how many reads a second each application answers."""
    async with databases.fresh("placements") as db:
        partnership_id = new_id()
        host = await an_organisation(db, partnership_id)
        settings = [await a_setting(db, partnership_id, organisation_id=host.id) for _ in range(ROWS)]
        async with httpx.AsyncClient() as http:
            clock = SystemClock()
            parts = Settings(database_url=db.url)
            app = create_app(wire(parts, db=db, clock=clock, verifier=a_verifier(), http=http))
            plain = bare(db, {"p": partnership_id, "id": settings[0].id})
            headers = office(partnership_id)
            for name, theirs, ours, query in (
                ("pages of 50 settings", "/page", "/v1/settings", "limit=50"),
                ("single settings", "/row", f"/v1/settings/{settings[0].id}", ""),
            ):
                most = await rate(plain, theirs, {})
                real = await rate(app, ours, headers, query)
                sys.stdout.write(f"{name}: {real:,.0f} a second; bare {most:,.0f}; {real / most:.0%}\n")


def main() -> None:
    """Measure on a server of its own."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):
        configure("placements")  # writing the log is part of the work, reading it is not
        _measured()


def _measured() -> None:
    server = Server()
    databases = Databases(server.url, server.run)
    try:
        uvloop.run(measure(databases))
    finally:
        databases.close()
        server.close()


if __name__ == "__main__":
    main()
