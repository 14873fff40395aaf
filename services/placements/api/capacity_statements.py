"""Capacity statements: what travels, and the routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import (
    NEW,
    Id,
    System,
    Value,
    View,
    create,
    patch,
    put_named,
    show_list,
    show_named,
    show_one,
)
from services.placements.api.shapes import SAMPLE, SAMPLE_ID, AcademicYear, Kept, Named
from services.placements.domain.capacity import faults_in_statement
from services.placements.domain.vocabulary import Appetite, CapacityReason
from services.placements.operations.capacity_statements import CAPACITY_STATEMENT
from services.placements.queries import capacity_statements as reading
from services.placements.queries.visibility import CAPACITY_STATEMENTS
from shared.http.crossing import beside
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["capacity statements"])


Reasons = Annotated[list[CapacityReason], Field(max_length=11)]
"""Coded reasons."""

_EXAMPLE = {
    "setting_id": SAMPLE_ID,
    "academic_year": "2026-27",
    "appetite": "not_offering",
    "reasons": ["no_educator"],
}


class CapacityStatementFacts(Wire):
    """A setting's intent for one academic year."""

    model_config = like(**_EXAMPLE)
    _together = beside(faults_in_statement)

    setting_id: UUID
    academic_year: AcademicYear
    appetite: Appetite
    reasons: Reasons = Field(default_factory=list)
    """Why it does not offer, or may not; at least one where it does not."""

    places: Annotated[int, Field(ge=0, le=1000)] | None = None
    """How many students it thinks of over the year."""


class CapacityStatementDraft(CapacityStatementFacts, Named):
    """A capacity statement to be added."""


class CapacityStatementPatch(Wire):
    """What is to change about a capacity statement."""

    model_config = like(appetite="may_offer", reasons=[])
    _together = beside(faults_in_statement)

    appetite: Appetite = absent()
    reasons: Reasons = absent()
    places: Annotated[int, Field(ge=0, le=1000)] | None = absent()


class CapacityStatementView(CapacityStatementFacts, Kept):
    """A capacity statement the caller sees."""

    model_config = like(**SAMPLE, **_EXAMPLE)


_VIEW = View(
    CAPACITY_STATEMENT,
    "/v1/capacity-statements",
    CAPACITY_STATEMENTS,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(CapacityStatementView),
    TypeAdapter(list[CapacityStatementView]),
)


@router.get(
    "/capacity-statements",
    operation_id="list_capacity_statements",
    response_model=Page[CapacityStatementView],
)
async def list_capacity_statements(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    setting_id: Annotated[UUID | None, Query(description="Only statements of this setting.")] = None,
    academic_year: Annotated[AcademicYear | None, Query(description="Only statements for this year.")] = None,
) -> Response:
    """The capacity statements the caller sees, in the order they were added."""
    return await show_list(_VIEW, wired, principal, call, setting_id=setting_id, academic_year=academic_year)


@router.get(
    "/capacity-statements/{capacity_statement_id}",
    operation_id="get_capacity_statement",
    response_model=CapacityStatementView,
)
async def get_capacity_statement(
    capacity_statement_id: Id, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """One capacity statement."""
    return await show_one(_VIEW, wired, principal, call, capacity_statement_id)


@router.get(
    "/capacity-statements/external/{system}/{value:path}",
    operation_id="find_capacity_statement",
    response_model=CapacityStatementView,
)
async def find_capacity_statement(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The capacity statement that another system knows under this name."""
    return await show_named(_VIEW, wired, principal, call, system=system, value=value)


@router.post(
    "/capacity-statements",
    operation_id="create_capacity_statement",
    response_model=CapacityStatementView,
    status_code=201,
)
async def create_capacity_statement(
    body: CapacityStatementDraft, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Add a capacity statement."""
    return await create(_VIEW, wired, principal, key, body)


@router.put(
    "/capacity-statements/external/{system}/{value:path}",
    operation_id="upsert_capacity_statement",
    response_model=CapacityStatementView,
    responses=NEW,
)
async def upsert_capacity_statement(
    system: System, value: Value, body: CapacityStatementFacts, wired: Wired, principal: Writer
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing."""
    return await put_named(_VIEW, wired, principal, body, system=system, value=value)


@router.patch(
    "/capacity-statements/{capacity_statement_id}",
    operation_id="change_capacity_statement",
    response_model=CapacityStatementView,
)
async def change_capacity_statement(
    capacity_statement_id: Id, body: CapacityStatementPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(_VIEW, wired, principal, body, id_=capacity_statement_id, seen=seen)
