"""Reading: one statement, wire-shaped columns, validated and serialised once.

Statements are built once, at import, with bind parameters for the caller (`Principal.binds()`) and the filters; the database
decides what is visible. A page asks for one row more than it shows to know whether there is another page.
"""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Row, Select, SQLColumnExpression, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from shared.db import Database
from shared.errors import NotFound
from shared.http.paging import START, Call

JSON = "application/json"
T = TypeVar("T")

Statement = Select[*tuple[Any, ...]]
"""A select of any columns."""


def listing(statement: Statement, key: SQLColumnExpression[UUID]) -> Statement:
    """The statement of a list, made a page: after the bound key, in its order, limited. Build it once, at import."""
    return statement.where(key > bindparam("p_after")).order_by(key).limit(bindparam("p_limit"))


async def page(
    call: Call,
    db: Database,
    statement: Statement,
    binds: Mapping[str, object],
    adapter: TypeAdapter[list[T]],
    *,
    filters: Mapping[str, object],
    key: str = "id",
    start: UUID | int = START,
) -> Response:
    """Answer with one page of a list, along the column `key`. `filters` are bound too, and the cursor is bound to them."""
    bound = {**binds, **filters, "p_after": call.after(filters, start), "p_limit": call.limit + 1}
    async with db.read() as connection:
        rows = (await connection.execute(statement, bound)).all()
    shown = rows[: call.limit]
    items = adapter.dump_json(adapter.validate_python([_without_version(row) for row in shown]))
    if len(rows) <= call.limit:
        return Response(b'{"items":' + items + b',"next_cursor":null}', media_type=JSON)
    cursor = call.cursor_at(shown[-1]._mapping[key], filters)
    following = call.request.url.include_query_params(cursor=cursor)
    body = b'{"items":' + items + b',"next_cursor":"' + cursor.encode() + b'"}'
    return Response(
        body, media_type=JSON, headers={"Link": f'<{following.path}?{following.query}>; rel="next"'}
    )


async def single(  # noqa: PLR0917 - see page
    call: Call,
    db: Database,
    statement: Statement,
    binds: Mapping[str, object],
    adapter: TypeAdapter[T],
    what: str,
) -> Response:
    """Answer with one thing and its ETag (its `version` column), or 304 when the caller has it, or 404."""
    async with db.read() as connection:
        mapping = await one(connection, statement, binds, what)
    version = mapping.pop("version", None)
    etag = etag_of(version)
    if etag and etag in _tags(call.request.headers.get("if-none-match")):
        return Response(status_code=304, headers={"ETag": etag})
    body = adapter.dump_json(adapter.validate_python(mapping))
    return Response(body, media_type=JSON, headers={"ETag": etag} if etag else {})


async def one(
    connection: AsyncConnection, statement: Statement, binds: Mapping[str, object], what: str
) -> dict[str, Any]:
    """The one row as a dictionary of its columns; `NotFound` when there is none that the caller may see."""
    row = (await connection.execute(statement, dict(binds))).one_or_none()
    if row is None:
        raise NotFound(what)
    return dict(row._mapping)


def etag_of(version: int | None) -> str | None:
    """The entity tag of a version."""
    return None if version is None else f'"{version}"'


def _without_version(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    columns = dict(row._mapping)
    columns.pop("version", None)
    return columns


def _tags(header: str | None) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")] if header else []
