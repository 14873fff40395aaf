"""The least that could answer the same questions: one SQL statement, JSON from PostgreSQL, bare ASGI.

No token, no validation, no cursor, no log, no metrics. The statements, tenancy included, are those of the placements service.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, AsyncRawCursor
from psycopg_pool import AsyncConnectionPool
from starlette.types import Receive, Scope, Send

from services.placements.queries import placements, students
from shared.statements import Ready, Statement, ready

POOL = 8
HEADERS = [(b"content-type", b"application/json")]
_PAGE = "select json_build_object('items', json_agg(w), 'next_cursor', null)::text from ({}) w"
_ONE = "select row_to_json(w)::text from ({}) w"
LISTS: Mapping[str, Statement] = {
    "/v1/students": students.LIST.by({}),
    "/v1/placements": placements.LIST.by({}),
}
SINGLES: Mapping[str, Statement] = {"/v1/students/": students.SINGLE, "/v1/placements/": placements.SINGLE}


def _as_json(wrapper: str, statement: Statement) -> Ready:
    plain = ready(statement)
    return replace(plain, text=wrapper.format(plain.text.decode()).encode())


class RawApp:
    """Answers GET on two lists and two singles of one partnership."""

    def __init__(self, conninfo: str, partnership_id: UUID) -> None:
        kwargs = {"autocommit": True}
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            conninfo, min_size=POOL, max_size=POOL, kwargs=kwargs, open=False
        )
        self._lists = {path: _as_json(_PAGE, statement) for path, statement in LISTS.items()}
        self._singles = {path: _as_json(_ONE, statement) for path, statement in SINGLES.items()}
        self._binds: dict[str, object] = {
            "p_partnership": partnership_id,
            "p_organisation": None,
            "p_person": None,
            "p_wide": True,
            "p_after": UUID(int=0),
            "p_limit": 50,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the beginning and the end of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path: str = scope["path"]
        statement, binds = self._lists.get(path), self._binds
        if statement is None:
            folder, _, name = path.rpartition("/")
            statement, binds = self._singles[folder + "/"], {**self._binds, "id": UUID(name)}
        async with self._pool.connection() as connection:
            cursor = AsyncRawCursor(connection)
            row = await (await cursor.execute(statement.text, statement.values(binds))).fetchone()
        body = row[0].encode() if row else b""
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._pool.open(wait=True)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})
