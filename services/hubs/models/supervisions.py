"""Supervision of those who facilitate hubs."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.hubs.models.declarative import Versioned


class FacilitatorSupervision(Versioned):
    """That a facilitator had supervision: the day, with whom, for how many minutes. Never what it was about."""

    __tablename__ = "facilitator_supervisions"

    facilitator_person_id: Mapped[UUID]
    supervisor_person_id: Mapped[UUID | None]
    held_on: Mapped[date]
    minutes: Mapped[int | None]
    recorded_by: Mapped[str]

    __table_args__ = (
        UniqueConstraint("partnership_id", "facilitator_person_id", "held_on", name="one_supervision_a_day"),
        Index(None, "partnership_id", "id"),
        Index(None, "partnership_id", "supervisor_person_id", "id"),
        CheckConstraint("minutes between 1 and 480", name="minutes"),
    )
