"""Seats: for which placement, on which days, an educator has one student fewer to give."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from services.educators.models.declarative import Base, Versioned, of_educator


class Seat(Versioned, Base):
    """One placement's seat with an educator, from its first to its last day. Released seats stay, with the instant."""

    __tablename__ = "seats"

    placement_id: Mapped[UUID]
    educator_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    held_at: Mapped[datetime]
    released_at: Mapped[datetime | None]

    __table_args__ = (
        of_educator(),
        UniqueConstraint("partnership_id", "placement_id", name="seats_placement_unique"),
        Index("seats_held_idx", "educator_id", "ends_on", postgresql_where=text("released_at is null")),
        CheckConstraint("ends_on >= starts_on", name="in_order"),
    )
