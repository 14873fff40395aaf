"""What the routes of all kept resources do: list, show, add, take over under an external id, change."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.shapes import names_in, plain
from services.placements.operations.authors import Author
from services.placements.operations.resources import NOT_YOURS, Resource, add, change, hold_visible
from services.placements.operations.upserts import Entry, take_over
from services.placements.queries.singles import as_changed
from services.placements.queries.visibility import Sight, reader
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import Forbidden, Invalid, NotFound
from shared.http.lists import Filtered
from shared.http.paging import Call
from shared.http.reading import Statement, page, single
from shared.http.wire import Code, Name, Wire
from shared.http.writing import IdempotencyKey, answer
from shared.imports.external_ids import resolve

System = Annotated[Code, Path(description="The other system, by the name it has in this partnership.")]
Value = Annotated[Name, Path(description="What the other system calls it.")]
Id = Annotated[UUID, Path(description="Our id.")]


NEW: dict[int | str, dict[str, Any]] = {201: {"description": "It was new here."}}
"""The other good answer of an upsert."""


@dataclass(frozen=True, slots=True)
class View:
    """How a resource is seen from outside: where, who sees which rows, by which statements, in what shape."""

    resource: Resource
    path: str
    visible: Sight
    one: Statement
    many: Filtered
    shape: TypeAdapter[Any]
    shapes: TypeAdapter[list[Any]]

    @property
    def what(self) -> str:
        """The resource in words."""
        return self.resource.name.replace("_", " ")


def binds_of(principal: Principal) -> dict[str, object]:
    """What the statements of the views compare with."""
    return {**reader(principal), "p_sensitive": principal.has("students.sensitive:read")}


async def show_list(
    view: View, wired: Wiring, principal: Principal, call: Call, **filters: object
) -> Response:
    """One page of what the caller sees, narrowed by the filters that are given."""
    given = {name: value for name, value in filters.items() if value is not None}
    return await page(call, wired.db, view.many.by(given), binds_of(principal), view.shapes, filters=given)


async def show_one(view: View, wired: Wiring, principal: Principal, call: Call, id_: UUID) -> Response:
    """The thing with our id."""
    return await single(call, wired.db, view.one, _found(principal, id_), view.shape, view.what)


async def show_named(
    view: View, wired: Wiring, principal: Principal, call: Call, *, system: str, value: str
) -> Response:
    """The thing that another system calls by this name: the caller's own name for it first, then the partnership's."""
    async with wired.db.read() as connection:
        author = Author.of(principal)
        found = await resolve(connection, author, view.resource.name, system, [value])
    if value not in found:
        raise NotFound(view.what)
    return await show_one(view, wired, principal, call, found[value])


async def create(
    view: View, wired: Wiring, principal: Principal, key: IdempotencyKey, body: Wire
) -> Response:
    """Add one; 201 with where it lives."""
    author = Author.of(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        now = wired.clock.now()
        row = await add(session, author, view.resource, plain(body), names=names_in(body), now=now)
        return await key.keep(session, await shown(view, session, principal, row.id, HTTPStatus.CREATED))


async def put_named(
    view: View,
    wired: Wiring,
    principal: Principal,
    body: Wire,
    *,
    system: str,
    value: str,
    given_only: bool = False,
) -> Response:
    """Make what another system calls by this name be as the body says: 201 when it is new here, 200 when it was known.

    With `given_only` members it leaves out stay as they are.
    """
    author = Author.of(principal)
    entry = Entry(plain(body, given_only=given_only), name=value)
    async with wired.db.begin() as session:
        (applied,) = await take_over(session, author, view.resource, system, [entry], now=wired.clock.now())
        if applied.faults or applied.resource_id is None:
            if applied.faults[0].code == NOT_YOURS[0]:
                raise Forbidden(*NOT_YOURS)
            raise Invalid(applied.faults)
        columns = await as_changed(session, view.one, _found(principal, applied.resource_id), view.what)
    return _answer(view, columns, HTTPStatus.CREATED if applied.result == "created" else HTTPStatus.OK)


async def patch(
    view: View, wired: Wiring, principal: Principal, body: Wire, *, id_: UUID, seen: int | None
) -> Response:
    """Change the members that are given, if the caller still sees the version they read."""
    author = Author.of(principal)
    async with wired.db.begin() as session:
        row = await hold_visible(session, view.resource, id_, view.visible, binds_of(principal), seen=seen)
        values = plain(body, given_only=True)
        await change(session, author, view.resource, row, values, now=wired.clock.now())
        return await shown(view, session, principal, id_)


async def shown(
    view: View, session: Session, principal: Principal, id_: UUID, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """The thing as the caller will read it, seen from within the transaction that changes it."""
    return _answer(view, await as_changed(session, view.one, _found(principal, id_), view.what), status)


def _found(principal: Principal, id_: UUID) -> dict[str, object]:
    return {**binds_of(principal), "id": id_}


def _answer(view: View, columns: dict[str, Any], status: HTTPStatus) -> Response:
    version = columns.pop("version")
    shape = view.shape.validate_python(columns)
    location = f"{view.path}/{columns['id']}" if status is HTTPStatus.CREATED else None
    return answer(shape, version=version, status=status, location=location)
