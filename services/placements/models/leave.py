"""Agreed leave of a student: days of a placement on which nobody expects them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.named_steps import LeaveReason
from services.placements.models.declarative import Tenanted
from shared.declarative import one_of, within_tenant


class Leave(Tenanted):
    """Leave from the first to the last day, both counted. An agreed absence never counts against the student."""

    __tablename__ = "leave"

    placement_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str]
    agreed_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        Index(None, "placement_id", "id"),
        one_of("reason", LeaveReason),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        ExcludeConstraint(
            ("placement_id", "="),
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="leave_agreed_once",
        ),
    )
