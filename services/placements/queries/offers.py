"""Reading offers."""

from sqlalchemy import bindparam, select

from services.placements.models.offers import Offer
from services.placements.queries.visibility import OFFERS
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_VISIBLE = select(
    Offer.id,
    Offer.round_id,
    Offer.setting_id,
    Offer.second_setting_id,
    Offer.places,
    Offer.placement_levels,
    Offer.educator_id,
    Offer.on_site_supervisor_person_id,
    Offer.requires_driver,
    Offer.clearances,
    Offer.accepts_adjustments,
    Offer.pcf_domains,
    Offer.capacity_statement_id,
    Offer.reserved_for_request_id,
    external_ids_of("offer", Offer.id).label("external_ids"),
    Offer.updated_at,
    Offer.version,
).where(OFFERS)

SINGLE = _VISIBLE.where(Offer.id == bindparam("id"))
"""One offer of the partnership."""

LIST = Filtered(_VISIBLE, Offer.id, **equal(Offer.round_id, Offer.setting_id, Offer.educator_id))
"""The offers of the partnership."""
