"""Pauses of a whole partnership or organisation: many placements rest at once, as in spring 2020, and go on again."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from services.placements.models.declarative import Versioned
from shared.declarative import within_tenant


class Pause(Versioned):
    """A decision that all running placements rest from a day on: the partnership's, or those of one university or host.

    `paused` and `resumed` count the placements it has reached so far; the work is done in the background.
    """

    __tablename__ = "pauses"

    organisation_id: Mapped[UUID | None]
    from_on: Mapped[date]
    reason_code: Mapped[str]
    note: Mapped[str | None]
    by_subject: Mapped[str]
    paused: Mapped[int]
    applied_at: Mapped[datetime | None]
    resume_on: Mapped[date | None]
    resumed_by: Mapped[str | None]
    resumed: Mapped[int]
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        within_tenant("organisation_id", "organisations"),
        Index(None, "partnership_id", "organisation_id", "id"),
        CheckConstraint("(resume_on is null) = (resumed_by is null)", name="resumed_by_somebody"),
        CheckConstraint("from_on <= resume_on", name="paused_before_it_resumes"),
    )
