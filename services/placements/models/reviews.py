"""QAMP: templates of a partnership, reviews of placements, and what each respondent answered."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.vocabulary import Checkpoint, Rag, Respondent
from services.placements.models.declarative import Base, Tenanted, Versioned
from shared.declarative import a_list, one_of, within_tenant


class ReviewTemplate(Tenanted):
    """One version of a partnership's own template, in force from a day on. A version never changes once it is here."""

    __tablename__ = "review_templates"

    number: Mapped[int]
    effective_on: Mapped[date]
    template: Mapped[dict[str, Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("partnership_id", "number", name="review_template_version_once"),
        Index(None, "partnership_id", "effective_on", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("jsonb_typeof(template) = 'object'", name="template_is_object"),
    )


class Review(Versioned):
    """One review of a placement. `proposed_rag` is what the rule says, `rag` what the moderator confirmed, by section.

    It keeps the template it was opened with: the partnership's own, or (no `template_id`) the shipped one of that version.
    From `opens_on` to `closes_on` answers are expected. `issue_ids` are the issues that were open when it was moderated.
    """

    __tablename__ = "reviews"

    placement_id: Mapped[UUID]
    checkpoint: Mapped[str]
    template_version: Mapped[int]
    template_id: Mapped[UUID | None] = mapped_column(ForeignKey("review_templates.id"))
    due_on: Mapped[date]
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    proposed_rag: Mapped[dict[str, Any] | None]
    rag: Mapped[dict[str, Any] | None]
    overall: Mapped[str | None]
    reason: Mapped[str | None]
    moderated_at: Mapped[datetime | None]
    moderated_by_person_id: Mapped[UUID | None]
    issue_ids: Mapped[list[str]] = mapped_column(default=list, server_default="[]")

    __table_args__ = (
        UniqueConstraint("placement_id", "checkpoint", name="review_once_per_checkpoint"),
        within_tenant("placement_id", "placements"),
        Index(None, "partnership_id", "due_on", "id"),
        one_of("checkpoint", Checkpoint),
        Index(None, "template_id"),
        one_of("overall", Rag),
        a_list("issue_ids"),
        CheckConstraint("(moderated_at is null) = (rag is null)", name="moderated_with_rag"),
    )


class ReviewResponse(Base):
    """What one respondent answered; blind to the others until the review is moderated.

    `energy` (0 to 10), `wants_talk` and `choices` (yes, no, unsure) are never scored.
    """

    __tablename__ = "review_responses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"))
    respondent: Mapped[str]
    answers: Mapped[dict[str, Any]]
    comments: Mapped[dict[str, Any]]
    energy: Mapped[int | None]
    wants_talk: Mapped[bool | None]
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    submitted_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("review_id", "respondent", name="response_once_per_respondent"),
        one_of("respondent", Respondent),
        CheckConstraint("energy between 0 and 10", name="energy"),
    )
