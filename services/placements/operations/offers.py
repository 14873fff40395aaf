"""Offers, as they are kept: the setting's organisation writes them."""

from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.capacity import faults_in_offer
from services.placements.domain.references import unknown_reference
from services.placements.domain.vocabulary import Appetite
from services.placements.messages import OfferChanged
from services.placements.models.capacity_statements import CapacityStatement
from services.placements.models.offers import Offer
from services.placements.models.people import Person
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.operations.authors import Author
from services.placements.operations.organisations import everybody
from services.placements.operations.resources import Resource, Values, add
from shared.errors import Conflict, Fault, Invalid

_CLOSED = (Appetite.NOT_OFFERING.value, Appetite.ALREADY_COMMITTED.value)


OFFER = Resource(
    name="offer",
    model=Offer,
    references={
        "round_id": Round,
        "setting_id": Setting,
        "second_setting_id": Setting,
        "on_site_supervisor_person_id": Person,
        "reserved_for_request_id": Request,
    },
    owner="setting_id",
    defaults={
        "second_setting_id": None,
        "capacity_statement_id": None,
        "reserved_for_request_id": None,
        "educator_id": None,
        "on_site_supervisor_person_id": None,
        "requires_driver": False,
        "clearances": [],
        "accepts_adjustments": [],
        "pcf_domains": [],
    },
    rule=faults_in_offer,
    message=OfferChanged,
    audience=everybody,
)
"""Places of a setting in a round."""


async def make_from_capacity(
    session: AsyncSession, author: Author, statement: CapacityStatement, values: Values, *, now: datetime
) -> Offer:
    """Turn what a setting has stated into an offer; what the setting's profile and the round say need not be said again.

    Refused when the setting said that it does not offer, or is committed already; a fault where nobody said how many.
    """
    if statement.appetite in _CLOSED:
        words = "The setting said that it has no places this year. Change its capacity statement first."
        raise Conflict("setting_does_not_offer", words, reasons=statement.reasons)
    named = select(Round).where(Round.partnership_id == author.tenant, Round.id == values["round_id"])
    of_round = (await session.execute(named)).scalar_one_or_none()
    if of_round is None:
        raise Invalid([unknown_reference("/round_id")])
    if of_round.academic_year != statement.academic_year:
        raise Invalid([Fault("/round_id", "other_year", "The statement is for another academic year.")])
    places = statement.places if values.get("places") is None else values["places"]
    if places is None:
        raise Invalid([Fault("/places", "missing", "Say how many places; the statement does not.")])
    setting = (await session.execute(select(Setting).where(Setting.id == statement.setting_id))).scalar_one()
    worked_out = {
        "setting_id": setting.id,
        "capacity_statement_id": statement.id,
        "placement_levels": values.get("placement_levels") or [of_round.placement_level],
        "accepts_adjustments": setting.accessibility,
        "pcf_domains": setting.pcf_domains,
    }
    offer = await add(session, author, OFFER, {**values, **worked_out, "places": places}, names=(), now=now)
    return cast(Offer, offer)
