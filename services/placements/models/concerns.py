"""Concerns about struggling placements: where each stands, what is due, and everything that happened to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Sequence, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.escalation.codes import BY_NOBODY, Act, ClockUnit, Outcome, StepCode, Why
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, ConcernStatus
from services.placements.models.declarative import Base, Versioned
from shared.declarative import one_of, within_tenant

CASE_NUMBERS = Sequence("concern_case_numbers", metadata=Base.metadata)
"""Where case numbers come from: one sequence per database, never reused. A gap means nothing."""

OPEN_STEP = "done_at is null and fired_at is null"
"""A step that is still to be done, as the engine's partial index has it."""


class Concern(Versioned):
    """A struggling placement that people deal with. It keeps the policy with which it was opened.

    `cycle` grows when a person lowers the level or the concern is reopened, so that a level can be entered again. `route`
    keeps concerns that must not go the usual way (discrimination) apart from the general ones.
    """

    __tablename__ = "concerns"

    placement_id: Mapped[UUID]
    case_number: Mapped[str]
    about: Mapped[str]
    route: Mapped[str]
    level: Mapped[str]
    status: Mapped[str]
    cycle: Mapped[int]
    immediate_at: Mapped[datetime | None]
    policy: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    level_since: Mapped[datetime]
    acknowledged_by_person_id: Mapped[UUID | None]
    compressed_offered_at: Mapped[datetime | None]
    """Since when it is known that the full way is longer than the placement."""
    compressed_at: Mapped[datetime | None]
    """Since when it goes the shorter way."""
    held_until: Mapped[datetime | None]
    """Until when somebody has it in hand (acknowledged) or it rests (snoozed)."""
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("case_number", name="case_number_once"),
        UniqueConstraint("partnership_id", "id"),
        within_tenant("placement_id", "placements"),
        Index(
            "one_open_concern_per_placement",
            "placement_id",
            "route",
            unique=True,
            postgresql_where=text("closed_at is null"),
        ),
        Index(None, "partnership_id", "status", "id"),
        Index(None, "partnership_id", "level", "id"),
        Index(None, "placement_id", "route", "closed_at"),
        one_of("about", ConcernAbout),
        one_of("level", ConcernLevel),
        one_of("status", ConcernStatus),
        one_of("outcome", Outcome),
        CheckConstraint("compressed_at is null or compressed_offered_at is not null", name="offered_first"),
        CheckConstraint("(closed_at is null) = (status <> 'closed')", name="closed_at"),
        CheckConstraint("(closed_at is null) = (outcome is null)", name="closed_with_outcome"),
        CheckConstraint(
            "(held_until is not null) = (status in ('acknowledged', 'snoozed'))", name="held_until"
        ),
    )


class ConcernStep(Base):
    """Something due, or one rung of chasing it. The engine fires it when `due_at` passes and it is not done.

    `due_at` can be put off for a while by an acknowledgement or a snooze; `planned_at`, its first instant, limits that.
    `extension` counts how often a step of this kind was begun at this level, `rung` how often it was chased. `begins_at`,
    `within` and `unit` are what it was counted from; a step without them is not moved when a calendar changes.
    """

    __tablename__ = "concern_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    cycle: Mapped[int]
    level: Mapped[str]
    step: Mapped[str]
    extension: Mapped[int]
    rung: Mapped[int]
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    begins_at: Mapped[datetime | None]
    within: Mapped[int | None]
    unit: Mapped[str | None]
    done_at: Mapped[datetime | None]
    ending: Mapped[str | None]
    fired_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    retry_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint(
            "concern_id", "cycle", "level", "step", "extension", "rung", name="concern_step_planned_once"
        ),
        Index("concern_steps_due_idx", "due_at", postgresql_where=text(OPEN_STEP)),
        one_of("level", ConcernLevel),
        Index("concern_steps_open_idx", "concern_id", postgresql_where=text(OPEN_STEP)),
        one_of("step", StepCode),
        one_of("unit", ClockUnit),
        CheckConstraint(
            "(begins_at is null) = (within is null) and (within is null) = (unit is null)",
            name="counted_whole",
        ),
        CheckConstraint("ending in ('done', 'superseded', 'closed')", name="ending"),
        CheckConstraint("(done_at is null) = (ending is null)", name="done_with_ending"),
    )


class ConcernTransition(Base):
    """A concern entered a level: when, from where, why, and by which rule or person. Each level once in a cycle."""

    __tablename__ = "concern_transitions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    cycle: Mapped[int]
    level: Mapped[str]
    from_level: Mapped[str | None]
    at: Mapped[datetime]
    why: Mapped[str]
    rule: Mapped[str | None]
    by_person_id: Mapped[UUID | None]
    by_role: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("concern_id", "cycle", "level", name="concern_level_entered_once"),
        Index(None, "at"),
        one_of("level", ConcernLevel),
        one_of("from_level", ConcernLevel),
        one_of("why", Why),
    )


class ConcernAct(Base):
    """What a person did with a concern: acknowledged, met, decided, closed; or what happened to its deadlines by itself.

    Rows are only added.
    """

    __tablename__ = "concern_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    cycle: Mapped[int]
    level: Mapped[str]
    act: Mapped[str]
    at: Mapped[datetime]
    by_person_id: Mapped[UUID | None]
    by_role: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    """Codes, dates and ids."""
    reason: Mapped[str | None]
    """In the person's own words."""

    __table_args__ = (
        Index(None, "concern_id", "id"),
        one_of("level", ConcernLevel),
        one_of("act", Act),
        CheckConstraint(
            f"by_person_id is not null or act in ({', '.join(repr(str(a)) for a in sorted(BY_NOBODY))})",
            name="by_somebody",
        ),
    )
