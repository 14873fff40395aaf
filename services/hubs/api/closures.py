"""Closures: days on which hubs do not meet."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter, model_validator
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.operations.authors import Author
from services.hubs.operations.hubs import close, reopen
from services.hubs.queries import hubs as reading
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.errors import NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Instant, Name, Page, Wire, like
from shared.http.writing import IfMatch, Key, created, expect

router = APIRouter(prefix="/v1", tags=["closures"])

LONGEST = 366
"""Days a closure may last."""

_EXAMPLE = {
    "hub_id": None,
    "name": "University closed over Christmas",
    "starts_on": "2026-12-21",
    "ends_on": "2027-01-03",
}


class ClosureDraft(Wire):
    """Days, first and last included, on which one hub does not meet, or (without `hub_id`) none of the partnership's."""

    model_config = like(**_EXAMPLE)

    hub_id: UUID | None = None
    name: Name
    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> "ClosureDraft":
        if not 0 <= (self.ends_on - self.starts_on).days < LONGEST:
            raise ValueError("ends_on must be on or after starts_on, within a year")
        return self


class ClosureView(Wire):
    """A closure."""

    model_config = like(id=SAMPLE_ID, **_EXAMPLE, updated_at=SAMPLE_AT)

    id: UUID
    hub_id: UUID | None
    name: Name
    starts_on: Day
    ends_on: Day
    updated_at: Instant


_one = TypeAdapter(ClosureView)
_many = TypeAdapter(list[ClosureView])


@router.get("/closures", operation_id="list_closures", summary="Closures", response_model=Page[ClosureView])
async def list_closures(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    hub_id: Annotated[UUID | None, Query(description="Only closures of this hub alone.")] = None,
) -> Response:
    """When hubs are closed."""
    given = {} if hub_id is None else {"hub_id": hub_id}
    statement = reading.CLOSURE_LIST.by(given)
    return await page(call, wired.db, statement, reader(principal), _many, filters=given)


@router.get(
    "/closures/{closure_id}", operation_id="get_closure", summary="One closure", response_model=ClosureView
)
async def get_closure(closure_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One closure."""
    binds = {**reader(principal), "id": closure_id}
    return await single(call, wired.db, reading.CLOSURE, binds, _one, "closure")


@router.post(
    "/closures",
    operation_id="create_closure",
    summary="Close hubs for some days",
    response_model=ClosureView,
    status_code=201,
)
async def create_closure(body: ClosureDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add a closure. Plans made from now on skip these days; sessions already planned stay."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        closure = await close(session, Author.of(principal), body.model_dump(), wired.clock.now())
        binds = {**reader(principal), "id": closure.id}
        columns = await seen_within(session, reading.CLOSURE, binds, "closure")
        version = columns.pop("version")
        made = created(_one.validate_python(columns), f"/v1/closures/{closure.id}", version=version)
        return await key.keep(session, made)


@router.delete(
    "/closures/{closure_id}",
    operation_id="delete_closure",
    summary="Take a closure back",
    status_code=204,
    response_class=Response,
)
async def delete_closure(closure_id: Id, wired: Wired, principal: Writer, seen: IfMatch) -> Response:
    """Take a closure back. Nothing is planned anew by itself."""
    async with wired.db.begin() as session:
        closure = await reading.hold_closure(session, principal.tenant, closure_id)
        if closure is None:
            raise NotFound("closure")
        expect(closure.version, seen)
        await reopen(session, Author.of(principal), closure)
    return Response(status_code=204)
