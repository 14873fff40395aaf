"""Programmes: what travels, and the routes."""

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
from services.placements.api.shapes import SAMPLE, SAMPLE_ID, Kept, Named
from services.placements.domain.named_steps import (
    OBSERVATIONS_FINAL,
    OBSERVATIONS_FIRST,
    SUPERVISION_MINUTES,
)
from services.placements.domain.vocabulary import ProgrammeRoute
from services.placements.operations.programmes import PROGRAMME
from services.placements.queries import programmes as reading
from services.placements.queries.visibility import PROGRAMMES
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["programmes"])


_MINIMA = {"supervision_minutes": 60, "observations_first": 2, "observations_final": 3}
_EXAMPLE = {"organisation_id": SAMPLE_ID, "name": "MA Social Work", "route": "postgraduate", **_MINIMA}

SupervisionMinutes = Annotated[int, Field(ge=1, le=600)]
"""Minutes of formal supervision in five placement days, at least."""

Observations = Annotated[int, Field(ge=1, le=20)]
"""Direct observations in a placement, at least."""


class ProgrammeFacts(Wire):
    """A qualifying course of a university. Its name is unique there.

    Placements take over its minima when they are proposed; those that are there already keep theirs.
    """

    model_config = like(**_EXAMPLE)

    organisation_id: UUID
    name: Name
    route: ProgrammeRoute
    supervision_minutes: SupervisionMinutes = SUPERVISION_MINUTES
    observations_first: Observations = OBSERVATIONS_FIRST
    """In first, additional and repeated first placements."""
    observations_final: Observations = OBSERVATIONS_FINAL


class ProgrammeDraft(ProgrammeFacts, Named):
    """A programme to be added."""


class ProgrammeTaken(ProgrammeFacts):
    """A programme as another system has it. Minima it leaves out stay as they are; a new one has the usual ones."""

    supervision_minutes: SupervisionMinutes = absent()
    observations_first: Observations = absent()
    """In first, additional and repeated first placements."""
    observations_final: Observations = absent()


class ProgrammePatch(Wire):
    """What is to change about a programme."""

    model_config = like(route="postgraduate", supervision_minutes=90)

    name: Name = absent()
    route: ProgrammeRoute = absent()
    supervision_minutes: SupervisionMinutes = absent()
    observations_first: Observations = absent()
    observations_final: Observations = absent()


class ProgrammeView(ProgrammeFacts, Kept):
    """A programme of the partnership."""

    model_config = like(**SAMPLE, **_EXAMPLE)


_VIEW = View(
    PROGRAMME,
    "/v1/programmes",
    PROGRAMMES,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(ProgrammeView),
    TypeAdapter(list[ProgrammeView]),
)


@router.get("/programmes", operation_id="list_programmes", response_model=Page[ProgrammeView])
async def list_programmes(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    organisation_id: Annotated[
        UUID | None, Query(description="Only programmes of this organisation.")
    ] = None,
) -> Response:
    """The programmes the caller sees, in the order they were added."""
    return await show_list(_VIEW, wired, principal, call, organisation_id=organisation_id)


@router.get("/programmes/{programme_id}", operation_id="get_programme", response_model=ProgrammeView)
async def get_programme(programme_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One programme."""
    return await show_one(_VIEW, wired, principal, call, programme_id)


@router.get(
    "/programmes/external/{system}/{value:path}", operation_id="find_programme", response_model=ProgrammeView
)
async def find_programme(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The programme that another system knows under this name."""
    return await show_named(_VIEW, wired, principal, call, system=system, value=value)


@router.post("/programmes", operation_id="create_programme", response_model=ProgrammeView, status_code=201)
async def create_programme(body: ProgrammeDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add a programme."""
    return await create(_VIEW, wired, principal, key, body)


@router.put(
    "/programmes/external/{system}/{value:path}",
    operation_id="upsert_programme",
    response_model=ProgrammeView,
    responses=NEW,
)
async def upsert_programme(
    system: System, value: Value, body: ProgrammeTaken, wired: Wired, principal: Writer
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing.

    A minimum that is left out stays as it is: a student records system need not know what Practicum was told here.
    """
    return await put_named(_VIEW, wired, principal, body, system=system, value=value, given_only=True)


@router.patch("/programmes/{programme_id}", operation_id="change_programme", response_model=ProgrammeView)
async def change_programme(
    programme_id: Id, body: ProgrammePatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(_VIEW, wired, principal, body, id_=programme_id, seen=seen)
