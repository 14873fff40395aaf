"""How members rate themselves before and after their time in a hub."""

from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from services.hubs.domain.evaluation import Moment
from services.hubs.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class SelfRating(Versioned):
    """One member's ratings of themselves at one moment: scale -> 1 (not at all) to 5 (fully)."""

    __tablename__ = "self_ratings"

    membership_id: Mapped[UUID]
    moment: Mapped[str]
    ratings: Mapped[dict[str, Any]]

    __table_args__ = (
        UniqueConstraint("membership_id", "moment", name="one_rating_per_moment"),
        within_tenant("membership_id", "memberships"),
        one_of("moment", Moment),
    )
