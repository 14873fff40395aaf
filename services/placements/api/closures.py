"""Closures: days on which an organisation, or everybody, has no placement days; what travels, and the routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id, View, binds_of, create, patch, show_list, show_one
from services.placements.api.shapes import SAMPLE, SAMPLE_ID, Kept, Named
from services.placements.models.closures import Closure
from services.placements.operations.authors import Author
from services.placements.operations.closures import CLOSURE, reopen
from services.placements.operations.resources import hold_visible
from services.placements.queries import closures as reading
from services.placements.queries.visibility import CLOSURES
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Day, Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["closures"])

_EXAMPLE = {
    "organisation_id": SAMPLE_ID,
    "name": "University closed over Christmas",
    "starts_on": "2026-12-21",
    "ends_on": "2027-01-03",
}


class ClosureFacts(Wire):
    """Days, first and last included, that are closed for an organisation; without one, for the whole partnership."""

    model_config = like(**_EXAMPLE)

    organisation_id: UUID | None = None
    name: Name
    starts_on: Day
    ends_on: Day


class ClosureDraft(ClosureFacts, Named):
    """A closure to be added. Within a year."""


class ClosurePatch(Wire):
    """What is to change about a closure."""

    model_config = like(ends_on="2027-01-04")

    name: Name = absent()
    starts_on: Day = absent()
    ends_on: Day = absent()


class ClosureView(ClosureFacts, Kept):
    """A closure."""

    model_config = like(**SAMPLE, **_EXAMPLE)


_VIEW = View(
    CLOSURE,
    "/v1/closures",
    CLOSURES,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(ClosureView),
    TypeAdapter(list[ClosureView]),
)


@router.get("/closures", operation_id="list_closures", response_model=Page[ClosureView])
async def list_closures(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    organisation_id: Annotated[
        UUID | None, Query(description="Only those of this organisation alone.")
    ] = None,
) -> Response:
    """When organisations and the partnership are closed."""
    return await show_list(_VIEW, wired, principal, call, organisation_id=organisation_id)


@router.get("/closures/{closure_id}", operation_id="get_closure", response_model=ClosureView)
async def get_closure(closure_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One closure."""
    return await show_one(_VIEW, wired, principal, call, closure_id)


@router.post("/closures", operation_id="create_closure", response_model=ClosureView, status_code=201)
async def create_closure(body: ClosureDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add a closure: planned days and deadlines of the placements concerned move behind it at once."""
    return await create(_VIEW, wired, principal, key, body)


@router.patch("/closures/{closure_id}", operation_id="change_closure", response_model=ClosureView)
async def change_closure(
    closure_id: Id, body: ClosurePatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(_VIEW, wired, principal, body, id_=closure_id, seen=seen)


@router.delete(
    "/closures/{closure_id}", operation_id="delete_closure", status_code=204, response_class=Response
)
async def delete_closure(closure_id: Id, wired: Wired, principal: Writer, seen: IfMatch) -> Response:
    """Take a closure back: the days are open again, and schedules follow."""
    async with wired.db.begin() as session:
        row = await hold_visible(session, CLOSURE, closure_id, CLOSURES, binds_of(principal), seen=seen)
        assert isinstance(row, Closure)  # noqa: S101 - it is held as one
        await reopen(session, Author.of(principal), row, now=wired.clock.now())
    return Response(status_code=204)
