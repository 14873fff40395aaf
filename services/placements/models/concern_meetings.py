"""Meetings and panels of concerns: when people were asked to come, with how much notice, and what came of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.escalation.codes import MeetingOutcome, Notice, PanelDecision, StepCode
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.models.declarative import Tenanted
from shared.declarative import a_list, one_of


class ConcernMeeting(Tenanted):
    """A conversation, meeting or panel of a concern: arranged for `meets_at`, then held or called off.

    `invited` and `attended` are roles. `notice_days` is what the policy promises the student, in working days; only the
    student shortens it (`shortened_at`). One that nobody arranged here first has no `meets_at`.
    """

    __tablename__ = "concern_meetings"

    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    cycle: Mapped[int]
    level: Mapped[str]
    step: Mapped[str]
    arranged_at: Mapped[datetime | None]
    arranged_by_person_id: Mapped[UUID | None]
    meets_at: Mapped[datetime | None]
    invited: Mapped[list[str]]
    notice_days: Mapped[int]
    shortened_at: Mapped[datetime | None]
    has_supporter: Mapped[bool]
    """Whether the student brings, or brought, somebody of their own choice."""
    called_off_at: Mapped[datetime | None]
    held_on: Mapped[date | None]
    attended: Mapped[list[str]]
    notice: Mapped[str | None]
    outcome: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index(None, "concern_id", "id"),
        Index(
            "one_meeting_arranged_at_a_time",
            "concern_id",
            unique=True,
            postgresql_where=text("held_on is null and called_off_at is null"),
        ),
        a_list("invited"),
        a_list("attended"),
        one_of("level", ConcernLevel),
        one_of("step", StepCode),
        one_of("notice", Notice),
        one_of("outcome", MeetingOutcome),
        CheckConstraint("held_on is null or called_off_at is null", name="held_or_called_off"),
        CheckConstraint("notice_days >= 0", name="notice_days"),
    )


class ConcernPanel(Tenanted):
    """A placement panel: who sits on it, when its papers are due, and what it decided, with its reasons.

    `members` are objects of `person_id` and `seat`. None of them has, or had, a part in the case.
    """

    __tablename__ = "concern_panels"

    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    cycle: Mapped[int]
    convened_at: Mapped[datetime]
    convened_by_person_id: Mapped[UUID]
    meets_at: Mapped[datetime]
    papers_due_at: Mapped[datetime]
    members: Mapped[list[dict[str, Any]]]
    replaced_at: Mapped[datetime | None]
    """When the panel was convened anew, with other members or for another day."""
    held_on: Mapped[date | None]
    decision: Mapped[str | None]
    reasons: Mapped[str | None]
    days_credited: Mapped[float | None]
    minimum_days: Mapped[int | None]
    """The fewest days a new placement must have."""
    appeal_until_on: Mapped[date | None]
    appealed_at: Mapped[datetime | None]
    grounds: Mapped[str | None]

    __table_args__ = (
        Index(None, "concern_id", "id"),
        Index(
            "one_panel_convened_at_a_time",
            "concern_id",
            unique=True,
            postgresql_where=text("held_on is null and replaced_at is null"),
        ),
        a_list("members"),
        one_of("decision", PanelDecision),
        CheckConstraint(
            "(held_on is null) = (decision is null) and (held_on is null) = (reasons is null)"
            " and (held_on is null) = (days_credited is null) and (held_on is null) = (appeal_until_on is null)",
            name="decided_with_reasons",
        ),
        CheckConstraint("days_credited between 0 and 400", name="days_credited"),
        CheckConstraint("minimum_days between 1 and 400", name="minimum_days"),
        CheckConstraint("(appealed_at is null) = (grounds is null)", name="appealed_on_grounds"),
    )
