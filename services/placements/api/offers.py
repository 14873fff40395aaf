"""Offers: what travels, and the routes."""

from http import HTTPStatus
from typing import Annotated, cast
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
    binds_of,
    create,
    patch,
    put_named,
    show_list,
    show_named,
    show_one,
    shown,
)
from services.placements.api.shapes import SAMPLE, SAMPLE_ID, Codes, Domains, Kept, Levels, Named, plain
from services.placements.domain.capacity import faults_in_offer
from services.placements.models.capacity_statements import CapacityStatement
from services.placements.operations.authors import Author
from services.placements.operations.capacity_statements import CAPACITY_STATEMENT
from services.placements.operations.offers import OFFER, make_from_capacity
from services.placements.operations.resources import hold_visible
from services.placements.queries import offers as reading
from services.placements.queries.visibility import CAPACITY_STATEMENTS, OFFERS
from shared.http.crossing import beside
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["offers"])


Places = Annotated[int, Field(ge=0, le=1000)]
"""How many students at once."""

_EXAMPLE = {
    "round_id": SAMPLE_ID,
    "setting_id": SAMPLE_ID,
    "second_setting_id": None,
    "places": 1,
    "placement_levels": ["final"],
    "educator_id": SAMPLE_ID,
    "on_site_supervisor_person_id": None,
    "requires_driver": True,
    "clearances": ["dbs_enhanced"],
    "accepts_adjustments": ["step_free"],
    "pcf_domains": ["skills_and_interventions"],
    "reserved_for_request_id": None,
}


class OfferFacts(Wire):
    """Places of one setting in one round."""

    model_config = like(**_EXAMPLE)
    _together = beside(faults_in_offer)

    round_id: UUID
    setting_id: UUID
    second_setting_id: UUID | None = None
    """The other setting of an integrated offer; it counts in both organisations."""

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
    reserved_for_request_id: UUID | None = None
    """The request of the student who found this place; nobody else gets it, and every rule still holds."""


class OfferDraft(OfferFacts, Named):
    """An offer to be added."""


class OfferPatch(Wire):
    """What is to change about an offer."""

    model_config = like(places=2)
    _together = beside(faults_in_offer)

    places: Places = absent()
    placement_levels: Levels = absent()
    educator_id: UUID | None = absent()
    on_site_supervisor_person_id: UUID | None = absent()
    requires_driver: bool = absent()
    clearances: Codes = absent()
    accepts_adjustments: Codes = absent()
    pcf_domains: Domains = absent()
    second_setting_id: UUID | None = absent()
    reserved_for_request_id: UUID | None = absent()


class OfferView(OfferFacts, Kept):
    """An offer of the partnership."""

    model_config = like(**SAMPLE, **_EXAMPLE, capacity_statement_id=None)

    capacity_statement_id: UUID | None
    """The capacity statement it was made from."""


class OfferFromCapacity(Wire):
    """What cannot be worked out from the statement, its setting and the round."""

    model_config = like(round_id=SAMPLE_ID, places=1, educator_id=SAMPLE_ID)

    round_id: UUID
    places: Places | None = None
    """As many as the statement says where it is left out."""

    placement_levels: Levels | None = None
    """The round's where it is left out."""

    educator_id: UUID | None = None
    on_site_supervisor_person_id: UUID | None = None
    requires_driver: bool = False
    clearances: Codes = Field(default_factory=list)


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


@router.post(
    "/capacity-statements/{capacity_statement_id}/offers",
    operation_id="make_offer_from_capacity",
    response_model=OfferView,
    status_code=201,
)
async def make_offer_from_capacity(
    capacity_statement_id: Id, body: OfferFromCapacity, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Turn a setting's stated capacity into an offer of a round."""
    author, binds = Author.of(principal), binds_of(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        stated = await hold_visible(
            session, CAPACITY_STATEMENT, capacity_statement_id, CAPACITY_STATEMENTS, binds
        )
        values, now = plain(body, given_only=True), wired.clock.now()
        offer = await make_from_capacity(session, author, cast(CapacityStatement, stated), values, now=now)
        return await key.keep(session, await shown(_VIEW, session, principal, offer.id, HTTPStatus.CREATED))
