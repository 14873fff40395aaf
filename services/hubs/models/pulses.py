"""Pulses: how much energy students say they have. The number is sealed with the student's key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.hubs.models.declarative import Tenanted
from shared.declarative import within_tenant


class Pulse(Tenanted):
    """A student's energy in one week of a placement (the first is 1). `sealed` holds the number, for the student alone."""

    __tablename__ = "pulses"

    student_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    week: Mapped[int]
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]

    __table_args__ = (
        within_tenant("membership_id", "memberships"),
        UniqueConstraint("placement_id", "week", name="one_pulse_a_week"),
        Index(None, "partnership_id", "student_id", "id"),
        CheckConstraint("week > 0", name="week"),
    )
