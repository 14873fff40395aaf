"""Reading flags."""

from sqlalchemy import select

from services.hubs.models.flags import HubFlag
from services.hubs.queries.visibility import FLAGS
from shared.http.lists import Filtered, equal

LIST = Filtered(
    select(
        HubFlag.id,
        HubFlag.hub_id,
        HubFlag.membership_id,
        HubFlag.placement_id,
        HubFlag.about,
        HubFlag.is_urgent,
        HubFlag.created_at,
    ).where(FLAGS),
    HubFlag.id,
    **equal(HubFlag.hub_id),
)
"""The flags the caller sees."""
