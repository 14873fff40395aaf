"""Settings: what travels, and the routes."""

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
from services.placements.api.shapes import (
    SAMPLE,
    SAMPLE_ID,
    Codes,
    Domains,
    Kept,
    Named,
    Point,
    PostcodeDistrict,
)
from services.placements.domain.vocabulary import Directorate
from services.placements.operations.settings import SETTING
from services.placements.queries import settings as reading
from services.placements.queries.visibility import SETTINGS
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["settings"])


_EXAMPLE = {
    "organisation_id": SAMPLE_ID,
    "name": "Looked After Children Team East",
    "directorate": "childrens",
    "service_area": "looked_after_children",
    "locality": "east",
    "is_frontline": True,
    "is_statutory": True,
    "location": {"latitude": 50.91, "longitude": -1.4, "postcode_district": "SO14"},
    "accessibility": ["step_free"],
    "pcf_domains": ["professionalism", "knowledge"],
}


class Location(Point):
    """Where a setting is."""

    postcode_district: PostcodeDistrict | None = None


class SettingFacts(Wire):
    """A team or service that hosts students."""

    model_config = like(**_EXAMPLE)

    organisation_id: UUID
    name: Name
    directorate: Directorate
    service_area: Name
    locality: Name | None = None
    is_frontline: bool
    is_statutory: bool
    location: Location
    accessibility: Codes = Field(default_factory=list)
    """What the place can do for a student's adjustments."""

    pcf_domains: Domains = Field(default_factory=list)
    """Which PCF domains its work covers."""


class SettingDraft(SettingFacts, Named):
    """A setting to be added."""


class SettingPatch(Wire):
    """What is to change about a setting."""

    model_config = like(is_statutory=False)

    name: Name = absent()
    directorate: Directorate = absent()
    service_area: Name = absent()
    locality: Name | None = absent()
    is_frontline: bool = absent()
    is_statutory: bool = absent()
    location: Location = absent()
    accessibility: Codes = absent()
    pcf_domains: Domains = absent()


class SettingView(SettingFacts, Kept):
    """A setting of the partnership."""

    model_config = like(**SAMPLE, **_EXAMPLE)


_VIEW = View(
    SETTING,
    "/v1/settings",
    SETTINGS,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(SettingView),
    TypeAdapter(list[SettingView]),
)


@router.get("/settings", operation_id="list_settings", response_model=Page[SettingView])
async def list_settings(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    organisation_id: Annotated[UUID | None, Query(description="Only settings of this organisation.")] = None,
    directorate: Annotated[
        Directorate | None, Query(description="Only settings of this directorate.")
    ] = None,
    service_area: Annotated[Name | None, Query(description="Only settings of this service area.")] = None,
) -> Response:
    """The settings the caller sees, in the order they were added."""
    return await show_list(
        _VIEW,
        wired,
        principal,
        call,
        organisation_id=organisation_id,
        directorate=directorate,
        service_area=service_area,
    )


@router.get("/settings/{setting_id}", operation_id="get_setting", response_model=SettingView)
async def get_setting(setting_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One setting."""
    return await show_one(_VIEW, wired, principal, call, setting_id)


@router.get(
    "/settings/external/{system}/{value:path}", operation_id="find_setting", response_model=SettingView
)
async def find_setting(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The setting that another system knows under this name."""
    return await show_named(_VIEW, wired, principal, call, system=system, value=value)


@router.post("/settings", operation_id="create_setting", response_model=SettingView, status_code=201)
async def create_setting(body: SettingDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add a setting."""
    return await create(_VIEW, wired, principal, key, body)


@router.put(
    "/settings/external/{system}/{value:path}",
    operation_id="upsert_setting",
    response_model=SettingView,
    responses=NEW,
)
async def upsert_setting(
    system: System, value: Value, body: SettingFacts, wired: Wired, principal: Writer
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing."""
    return await put_named(_VIEW, wired, principal, body, system=system, value=value)


@router.patch("/settings/{setting_id}", operation_id="change_setting", response_model=SettingView)
async def change_setting(
    setting_id: Id, body: SettingPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(_VIEW, wired, principal, body, id_=setting_id, seen=seen)
