"""What the placements service told of each placement that had a student with an educator: the ground of their episodes."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from services.educators.domain.codes import PlacementLevel
from services.educators.domain.placements import Phase
from services.educators.models.declarative import Base, Tenanted
from shared.declarative import one_of


class PlacementStep(Tenanted, Base):
    """One step of one placement as it was told. The id is the event's own, the position its place on the sister's feed."""

    __tablename__ = "placement_steps"

    placement_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger)
    phase: Mapped[str]
    student_id: Mapped[UUID]
    educator_id: Mapped[UUID | None]
    placement_level: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    days_required: Mapped[int]
    days_approved: Mapped[float] = mapped_column(Numeric(6, 1, asdecimal=False))
    midway_reported: Mapped[bool]
    occurred_on: Mapped[date]

    __table_args__ = (
        Index(None, "partnership_id", "placement_id"),
        one_of("phase", Phase),
        one_of("placement_level", PlacementLevel),
    )
