"""Seats: for which placement, on which days, an educator has one student fewer to give."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from services.educators.models.declarative import Base, Versioned, of_educator

_HELD = text("released_at is null")
_UNCONFIRMED = text("released_at is null and confirmed_at is null")


class Seat(Versioned, Base):
    """One placement's seat with an educator, from its first to its last day. Released seats stay, with the instant.

    `asked_at` is when it was last asked for (seats of before that was kept have none), `confirmed_at` when it became known
    that the placement goes ahead.
    """

    __tablename__ = "seats"

    placement_id: Mapped[UUID]
    educator_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    held_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    __table_args__ = (
        of_educator(),
        UniqueConstraint("partnership_id", "placement_id", name="seats_placement_unique"),
        Index("seats_held_idx", "educator_id", "ends_on", postgresql_where=_HELD),
        Index("seats_held_on_idx", "partnership_id", "ends_on", postgresql_where=_HELD),
        Index("seats_unconfirmed_idx", "held_at", postgresql_where=_UNCONFIRMED),
        Index(None, "partnership_id", "id"),
        Index(None, "partnership_id", "educator_id", "id"),
        CheckConstraint("ends_on >= starts_on", name="in_order"),
    )
