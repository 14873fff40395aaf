"""Offers, as they are kept: the setting's organisation writes them."""

from services.placements.messages import OfferChanged
from services.placements.models.offers import Offer
from services.placements.models.people import Person
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.operations.organisations import everybody
from services.placements.operations.resources import Resource

OFFER = Resource(
    name="offer",
    model=Offer,
    references={"round_id": Round, "setting_id": Setting, "on_site_supervisor_person_id": Person},
    owner="setting_id",
    defaults={
        "educator_id": None,
        "on_site_supervisor_person_id": None,
        "requires_driver": False,
        "clearances": [],
        "accepts_adjustments": [],
        "pcf_domains": [],
    },
    message=OfferChanged,
    audience=everybody,
)
"""Places of a setting in a round."""
