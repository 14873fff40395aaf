"""QAMP reviews of placements, and what each respondent answered."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.vocabulary import Checkpoint, Rag, Respondent
from services.placements.models.declarative import Base, Versioned
from shared.declarative import one_of, within_tenant


class Review(Versioned):
    """One review of a placement. `proposed_rag` is what the rule says, `rag` what the moderator confirmed, by section."""

    __tablename__ = "reviews"

    placement_id: Mapped[UUID]
    checkpoint: Mapped[str]
    template_version: Mapped[int]
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    proposed_rag: Mapped[dict[str, Any] | None]
    rag: Mapped[dict[str, Any] | None]
    overall: Mapped[str | None]
    reason: Mapped[str | None]
    moderated_at: Mapped[datetime | None]
    moderated_by_person_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("placement_id", "checkpoint", name="review_once_per_checkpoint"),
        within_tenant("placement_id", "placements"),
        Index(None, "partnership_id", "due_on", "id"),
        one_of("checkpoint", Checkpoint),
        one_of("overall", Rag),
        CheckConstraint("(moderated_at is null) = (rag is null)", name="moderated_with_rag"),
    )


class ReviewResponse(Base):
    """What one respondent answered; blind to the others until the review is moderated. `energy` is 0 to 10, never scored."""

    __tablename__ = "review_responses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"))
    respondent: Mapped[str]
    answers: Mapped[dict[str, Any]]
    comments: Mapped[dict[str, Any]]
    energy: Mapped[int | None]
    submitted_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("review_id", "respondent", name="response_once_per_respondent"),
        one_of("respondent", Respondent),
        CheckConstraint("energy between 0 and 10", name="energy"),
    )
