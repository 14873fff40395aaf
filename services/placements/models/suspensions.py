"""What must not be forgotten while a student has no placement to go to: reviews of a suspension, and the search for another.

Adjudicators have upheld complaints about four months in which nobody looked: both are chased on stored instants.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.suspensions import Asked, ReviewResult, SearchEnd
from services.placements.models.declarative import Tenanted
from shared.declarative import one_of, within_tenant


class SuspensionReview(Tenanted):
    """One review of a suspension: due every five working days; `over_at` when the suspension ended before it."""

    __tablename__ = "suspension_reviews"

    placement_id: Mapped[UUID]
    number: Mapped[int]
    due_at: Mapped[datetime]
    chase_at: Mapped[datetime]
    """When somebody is told next that it is due."""
    counted_from: Mapped[datetime] = mapped_column(server_default=text("now()"))
    """From when the working days until `chase_at` are counted: they are counted anew when the calendar changes."""
    chased: Mapped[int]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
    reviewed_by_role: Mapped[str | None]
    result: Mapped[str | None]
    reason: Mapped[str | None]
    over_at: Mapped[datetime | None]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        UniqueConstraint("placement_id", "number", name="suspension_reviewed_once"),
        Index(
            "suspension_reviews_due_idx",
            "chase_at",
            postgresql_where=text("reviewed_at is null and over_at is null"),
        ),
        one_of("result", ReviewResult),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(reviewed_at is null) = (result is null)", name="reviewed_with_result"),
    )


class PlacementSearch(Tenanted):
    """The search for another placement for the student of `placement_id`. Day 0 is `began_on`."""

    __tablename__ = "placement_searches"

    placement_id: Mapped[UUID]
    began_on: Mapped[date]
    began_at: Mapped[datetime]
    chase_at: Mapped[datetime]
    """When somebody is told next: that nothing was logged for five working days."""
    counted_from: Mapped[datetime] = mapped_column(server_default=text("now()"))
    """From when the working days until `chase_at` are counted: they are counted anew when the calendar changes."""
    chased: Mapped[int]
    lead_at: Mapped[datetime]
    """When the programme lead is told: after 20 working days."""
    lead_told_at: Mapped[datetime | None]
    board_at: Mapped[datetime]
    """When the partnership's board is told: after 40 working days."""
    board_told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None]
    found_placement_id: Mapped[UUID | None]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        within_tenant("found_placement_id", "placements"),
        Index("one_search_at_a_time", "placement_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("placement_searches_due_idx", "chase_at", postgresql_where=text("ended_at is null")),
        one_of("ending", SearchEnd),
        CheckConstraint("(ended_at is null) = (ending is null)", name="ended_somehow"),
    )


class SearchEntry(Tenanted):
    """One entry of a search's log: whom somebody asked, and what came of it. Rows are only added."""

    __tablename__ = "placement_search_entries"

    search_id: Mapped[UUID] = mapped_column(ForeignKey("placement_searches.id"))
    at: Mapped[datetime]
    on: Mapped[date]
    by_subject: Mapped[str]
    organisation_id: Mapped[UUID | None]
    setting_id: Mapped[UUID | None]
    result: Mapped[str]
    note: Mapped[str | None]

    __table_args__ = (
        within_tenant("organisation_id", "organisations"),
        within_tenant("setting_id", "settings"),
        Index(None, "search_id", "id"),
        one_of("result", Asked),
    )
