"""Offers: what travels, and the routes."""

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
    Levels,
    Named,
    absent,
    like,
)
from services.placements.operations.offers import OFFER
from services.placements.queries import offers as reading
from services.placements.queries.visibility import OFFERS
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Page, Wire
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["offers"])


Places = Annotated[int, Field(ge=0, le=1000)]
"""How many students at once."""

_EXAMPLE = {
    "round_id": SAMPLE_ID,
    "setting_id": SAMPLE_ID,
    "places": 1,
    "placement_levels": ["final"],
    "educator_id": SAMPLE_ID,
    "on_site_supervisor_person_id": None,
    "requires_driver": True,
    "clearances": ["dbs_enhanced"],
    "accepts_adjustments": ["step_free"],
    "pcf_domains": ["skills_and_interventions"],
}


class OfferFacts(Wire):
    """Places of one setting in one round."""

    model_config = like(**_EXAMPLE)

    round_id: UUID
    setting_id: UUID
    places: Places
    placement_levels: Levels
    educator_id: UUID | None = None
    """The practice educator it proposes, an id of the educators service."""

    on_site_supervisor_person_id: UUID | None = None
    requires_driver: bool = False
    clearances: Codes = Field(default_factory=list)
    """What a student must hold."""

    accepts_adjustments: Codes = Field(default_factory=list)
    """What this place can do for a student."""

    pcf_domains: Domains = Field(default_factory=list)


class OfferDraft(OfferFacts, Named):
    """An offer to be added."""


class OfferPatch(Wire):
    """What is to change about an offer."""

    model_config = like(places=2)

    places: Places = absent()
    placement_levels: Levels = absent()
    educator_id: UUID | None = absent()
    on_site_supervisor_person_id: UUID | None = absent()
    requires_driver: bool = absent()
    clearances: Codes = absent()
    accepts_adjustments: Codes = absent()
    pcf_domains: Domains = absent()


class OfferView(OfferFacts, Kept):
    """An offer of the partnership."""

    model_config = like(**SAMPLE, **_EXAMPLE)


_VIEW = View(
    OFFER,
    "/v1/offers",
    OFFERS,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(OfferView),
    TypeAdapter(list[OfferView]),
)


@router.get("/offers", operation_id="list_offers", response_model=Page[OfferView])
async def list_offers(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    round_id: Annotated[UUID | None, Query(description="Only offers of this round.")] = None,
    setting_id: Annotated[UUID | None, Query(description="Only offers of this setting.")] = None,
    educator_id: Annotated[UUID | None, Query(description="Only offers that propose this educator.")] = None,
) -> Response:
    """The offers the caller sees, in the order they were added."""
    return await show_list(
        _VIEW, wired, principal, call, round_id=round_id, setting_id=setting_id, educator_id=educator_id
    )


@router.get("/offers/{offer_id}", operation_id="get_offer", response_model=OfferView)
async def get_offer(offer_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One offer."""
    return await show_one(_VIEW, wired, principal, call, offer_id)


@router.get("/offers/external/{system}/{value:path}", operation_id="find_offer", response_model=OfferView)
async def find_offer(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The offer that another system knows under this name."""
    return await show_named(_VIEW, wired, principal, call, system=system, value=value)


@router.post("/offers", operation_id="create_offer", response_model=OfferView, status_code=201)
async def create_offer(body: OfferDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add an offer."""
    return await create(_VIEW, wired, principal, key, body)


@router.put(
    "/offers/external/{system}/{value:path}",
    operation_id="upsert_offer",
    response_model=OfferView,
    responses=NEW,
)
async def upsert_offer(
    system: System, value: Value, body: OfferFacts, wired: Wired, principal: Writer
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing."""
    return await put_named(_VIEW, wired, principal, body, system=system, value=value)


@router.patch("/offers/{offer_id}", operation_id="change_offer", response_model=OfferView)
async def change_offer(
    offer_id: Id, body: OfferPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(_VIEW, wired, principal, body, id_=offer_id, seen=seen)
