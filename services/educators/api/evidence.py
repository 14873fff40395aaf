"""What the routes of all kinds of evidence do: list what is on record about an educator, and add to it."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.models.declarative import Record
from services.educators.operations.authors import Author
from services.educators.operations.evidence import record
from services.educators.queries.educators import expect_whole
from services.educators.queries.evidence import records_of
from services.educators.queries.visibility import reader
from services.educators.wiring import Wiring
from shared.auth.principal import Principal
from shared.http.paging import Call
from shared.http.reading import Statement, page
from shared.http.wire import Wire
from shared.http.writing import IdempotencyKey, created

Withdrawn = Annotated[bool, Query(description="Whether to list what was withdrawn, too.")]
"""What was withdrawn is listed on request only."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of evidence as it is seen from outside: where it is, how it is kept, in what shape it travels."""

    path: str
    model: type[Record]
    shape: type[Wire]
    shapes: TypeAdapter[list[Any]]
    counting: Statement
    every: Statement


def evidence(path: str, model: type[Record], shape: type[Wire]) -> Evidence:
    """One kind of evidence; the shape's members are the columns that are shown."""
    shapes: TypeAdapter[list[Any]] = TypeAdapter(list[shape])  # type: ignore[valid-type]  # known when it runs
    columns = tuple(shape.model_fields)
    every = records_of(model, *columns, withdrawn=True)
    return Evidence(path, model, shape, shapes, records_of(model, *columns), every)


async def show_records(
    kind: Evidence,
    wired: Wiring,
    principal: Principal,
    call: Call,
    educator_id: UUID,
    *,
    withdrawn: bool = False,
) -> Response:
    """One page of what is on record, oldest first; refused when the educator is not the caller's to see whole."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await expect_whole(connection, binds, educator_id)
    whose = {**binds, "p_educator": educator_id}
    statement, filters = (kind.every, {"withdrawn": True}) if withdrawn else (kind.counting, {})
    return await page(call, wired.db, statement, whose, kind.shapes, filters=filters)


async def add_record(
    kind: Evidence, wired: Wiring, principal: Principal, key: IdempotencyKey, *, educator_id: UUID, body: Wire
) -> Response:
    """Put one record on record; 201 with the record."""
    author = Author.of(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        now = wired.clock.now()
        row = await record(session, author, kind.model, educator_id, values=body.model_dump(), now=now)
        location = f"/v1/educators/{educator_id}/{kind.path}/{row.id}"
        view = kind.shape.model_validate(row, from_attributes=True)
        return await key.keep(session, created(view, location, version=row.version))
