"""How members rate themselves before and after their time in a hub."""

from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.hubs.domain.evaluation import Moment, Scale
from services.hubs.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class SelfRating(Versioned):
    """One member's rating of themselves on one scale at one moment, from 1 (not at all) to 5 (fully)."""

    __tablename__ = "self_ratings"

    membership_id: Mapped[UUID]
    moment: Mapped[str]
    scale: Mapped[str]
    rating: Mapped[int]

    __table_args__ = (
        UniqueConstraint("membership_id", "moment", "scale", name="one_rating_per_scale"),
        within_tenant("membership_id", "memberships"),
        one_of("moment", Moment),
        one_of("scale", Scale),
        CheckConstraint("rating between 1 and 5", name="rating"),
    )
