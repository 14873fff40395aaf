"""What is asked for between two days, in numbers."""

from sqlalchemy import Date, bindparam, func, select

from services.placements.domain.vocabulary import PlacementStatus, RequestStatus
from services.placements.models.placements import Placement
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.queries.visibility import REQUESTS

_NOT_PLACED = (PlacementStatus.PROPOSED.value, PlacementStatus.CANCELLED.value)
_PLACED = (
    select(Placement.id)
    .where(
        Placement.partnership_id == Request.partnership_id,
        Placement.request_id == Request.id,
        Placement.status.not_in(_NOT_PLACED),
    )
    .exists()
)

DEMAND = (
    select(func.count().label("requests"), func.count().filter(_PLACED).label("placed"))
    .select_from(Request)
    .join(Round, Round.id == Request.round_id)
    .where(
        REQUESTS,
        Request.status == RequestStatus.OPEN.value,
        Round.starts_on <= bindparam("last", type_=Date()),
        Round.ends_on >= bindparam("first", type_=Date()),
    )
)
"""Open requests the caller sees in rounds that overlap the days, and those with a placement that goes ahead or went."""
