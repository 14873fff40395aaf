"""Quality issues: what a review found wanting, who sees to it, and by when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.quality_issues import IssueStatus
from services.placements.domain.review_templates import Section
from services.placements.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class QualityIssue(Versioned):
    """Something about a placement that somebody is to put right by a working day; it stays until it is resolved.

    `setting_id` and `organisation_id` are the setting and host at the time. `what` and `resolution` are for those around the
    placement and are never published. `escalated_at` is when it was told that the day had passed.
    """

    __tablename__ = "quality_issues"

    placement_id: Mapped[UUID]
    review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.id"))
    setting_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    section: Mapped[str]
    what: Mapped[str]
    owner_person_id: Mapped[UUID]
    status: Mapped[str]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    raised_by: Mapped[str]
    raised_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    resolution: Mapped[str | None]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        within_tenant("setting_id", "settings"),
        within_tenant("organisation_id", "organisations"),
        within_tenant("owner_person_id", "people"),
        Index(None, "placement_id", "id"),
        Index(None, "partnership_id", "setting_id", "id"),
        Index(None, "partnership_id", "owner_person_id", "id"),
        Index(None, "partnership_id", "status", "id"),
        Index(
            "quality_issues_overdue_idx",
            "due_at",
            postgresql_where=text("resolved_at is null and escalated_at is null"),
        ),
        one_of("section", Section),
        one_of("status", IssueStatus),
        CheckConstraint("(resolved_at is null) = (status = 'open')", name="resolved_when_not_open"),
        CheckConstraint("(resolved_at is null) = (resolution is null)", name="resolved_with_words"),
    )
