"""Stop-start-continue rounds of hubs."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from services.hubs.models.declarative import Tenanted, Versioned
from shared.declarative import a_list, within_tenant


class FeedbackRound(Versioned):
    """One round in which a hub's members say what to stop, start and continue, until `closes_on` (that day included)."""

    __tablename__ = "feedback_rounds"

    hub_id: Mapped[UUID]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("hub_id", "hubs"),
        Index(None, "partnership_id", "hub_id", "id"),
        Index("one_open_round_per_hub", "hub_id", unique=True, postgresql_where=text("closed_at is null")),
        Index("feedback_rounds_to_close", "closes_on", postgresql_where=text("closed_at is null")),
    )


class FeedbackAnswer(Tenanted):
    """What one member answered, as codes, with a comment to the facilitator if they like.

    `membership_id` lets the member change the answer while the round is open, and is forgotten when it closes.
    """

    __tablename__ = "feedback_answers"

    round_id: Mapped[UUID]
    membership_id: Mapped[UUID | None]
    stop: Mapped[list[str]]
    start: Mapped[list[str]]
    go_on: Mapped[list[str]]
    comment: Mapped[str | None]

    __table_args__ = (
        within_tenant("round_id", "feedback_rounds"),
        within_tenant("membership_id", "memberships"),
        UniqueConstraint("round_id", "membership_id", name="one_answer_per_member"),
        Index(None, "partnership_id", "round_id"),
        a_list("stop"),
        a_list("start"),
        a_list("go_on"),
    )
