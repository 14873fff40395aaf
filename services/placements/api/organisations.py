"""Organisations: what travels, and the routes."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
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
from services.placements.api.shapes import SAMPLE, Kept, Named
from services.placements.domain.vocabulary import OrgType
from services.placements.operations.organisations import ORGANISATION
from services.placements.queries import organisations as reading
from services.placements.queries.visibility import ORGANISATIONS
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["organisations"])


_EXAMPLE = {"name": "Harbour City Council", "org_type": "local_authority"}


class OrganisationFacts(Wire):
    """A member or associate of the partnership."""

    model_config = like(**_EXAMPLE)

    name: Name
    org_type: OrgType


class OrganisationDraft(OrganisationFacts, Named):
    """An organisation to be added."""


class OrganisationPatch(Wire):
    """What is to change about an organisation."""

    model_config = like(name="Harbour and Hills Council")

    name: Name = absent()
    org_type: OrgType = absent()


class OrganisationView(OrganisationFacts, Kept):
    """An organisation of the partnership."""

    model_config = like(**SAMPLE, **_EXAMPLE)


_VIEW = View(
    ORGANISATION,
    "/v1/organisations",
    ORGANISATIONS,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(OrganisationView),
    TypeAdapter(list[OrganisationView]),
)


@router.get("/organisations", operation_id="list_organisations", response_model=Page[OrganisationView])
async def list_organisations(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    org_type: Annotated[OrgType | None, Query(description="Only organisations of this type.")] = None,
) -> Response:
    """The organisations the caller sees, in the order they were added."""
    return await show_list(_VIEW, wired, principal, call, org_type=org_type)


@router.get(
    "/organisations/{organisation_id}", operation_id="get_organisation", response_model=OrganisationView
)
async def get_organisation(
    organisation_id: Id, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """One organisation."""
    return await show_one(_VIEW, wired, principal, call, organisation_id)


@router.get(
    "/organisations/external/{system}/{value:path}",
    operation_id="find_organisation",
    response_model=OrganisationView,
)
async def find_organisation(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The organisation that another system knows under this name."""
    return await show_named(_VIEW, wired, principal, call, system=system, value=value)


@router.post(
    "/organisations", operation_id="create_organisation", response_model=OrganisationView, status_code=201
)
async def create_organisation(body: OrganisationDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add an organisation."""
    return await create(_VIEW, wired, principal, key, body)


@router.put(
    "/organisations/external/{system}/{value:path}",
    operation_id="upsert_organisation",
    response_model=OrganisationView,
    responses=NEW,
)
async def upsert_organisation(
    system: System, value: Value, body: OrganisationFacts, wired: Wired, principal: Writer
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing."""
    return await put_named(_VIEW, wired, principal, body, system=system, value=value)


@router.patch(
    "/organisations/{organisation_id}", operation_id="change_organisation", response_model=OrganisationView
)
async def change_organisation(
    organisation_id: Id, body: OrganisationPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(_VIEW, wired, principal, body, id_=organisation_id, seen=seen)
