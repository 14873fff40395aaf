"""Reading: one statement with wire-shaped columns, sent plainly; its answer is written once, by PostgreSQL where it can.

Statements are built once, at import, with bind parameters for the caller (`Principal.binds()`) and the filters; the database
decides what is visible. A page asks for one row more than it shows to know whether there is another page.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Integer, SQLColumnExpression, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from shared.db import Database
from shared.errors import NotFound
from shared.http.paging import START, Call
from shared.http.passing import one_written, page_written
from shared.statements import Statement, ready

__all__ = ["JSON", "Statement", "etag_of", "listing", "one", "page", "page_of", "shown", "single"]

JSON = "application/json"
T = TypeVar("T")

_ready = cache(ready)


def listing(statement: Statement, key: SQLColumnExpression[UUID]) -> Statement:
    """The statement of a list, made a page: after the bound key, in its order, limited. Build it once, at import."""
    return (
        statement.where(key > bindparam("p_after")).order_by(key).limit(bindparam("p_limit", type_=Integer))
    )


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
    written = page_written(statement, adapter, key)
    if written is not None:
        found = await db.rows(written, bound)
        items = ",".join([row[0] for row in found[: call.limit]])
        last = found[call.limit - 1][1] if len(found) > call.limit else None
        return page_of(call, b"[" + items.encode() + b"]", last, filters)
    plain = _ready(statement)
    rows = [dict(zip(plain.columns, row, strict=True)) for row in await db.rows(plain, bound)]
    shown = rows[: call.limit]
    last = shown[-1][key] if len(rows) > call.limit else None
    validated = adapter.validate_python([_without_version(row) for row in shown])
    return page_of(call, adapter.dump_json(validated), last, filters)


def page_of(
    call: Call, items: bytes, last: UUID | int | str | None, filters: Mapping[str, object]
) -> Response:
    """A page of items that are JSON already. `last` is the key of the last one where more follow, else None."""
    if last is None:
        return Response(b'{"items":' + items + b',"next_cursor":null}', media_type=JSON)
    cursor = call.cursor_at(last, filters)
    asked = [(name, value) for name, value in call.request.query_params.multi_items() if name != "cursor"]
    following = f"{quote(call.request.scope['path'])}?{urlencode([*asked, ('cursor', cursor)])}"
    body = b'{"items":' + items + b',"next_cursor":"' + cursor.encode() + b'"}'
    return Response(body, media_type=JSON, headers={"Link": f'<{following}>; rel="next"'})


async def single(  # noqa: PLR0917 - see page
    call: Call,
    db: Database,
    statement: Statement,
    binds: Mapping[str, object],
    adapter: TypeAdapter[T],
    what: str,
) -> Response:
    """Answer with one thing and its ETag (its `version` column), or 304 when the caller has it, or 404."""
    response = await shown(db, statement, binds, adapter, what)
    etag = response.headers.get("etag")
    if etag and etag in _tags(call.request.headers.get("if-none-match")):
        return Response(status_code=304, headers={"ETag": etag})
    return response


async def shown(
    db: Database, statement: Statement, binds: Mapping[str, object], adapter: TypeAdapter[T], what: str
) -> Response:
    """One thing as it is now, and its ETag: also for whoever has just changed it, once that is committed."""
    written = one_written(statement, adapter)
    plain = written or _ready(statement)
    found = await db.rows(plain, binds)
    if not found:
        raise NotFound(what)
    columns = dict(zip(plain.columns, found[0], strict=True))
    etag = etag_of(columns.pop("version", None))
    body = columns["written"].encode() if written else adapter.dump_json(adapter.validate_python(columns))
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


def _without_version(columns: dict[str, Any]) -> dict[str, Any]:
    columns.pop("version", None)
    return columns


def _tags(header: str | None) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")] if header else []
