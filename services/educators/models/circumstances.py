"""An educator's circumstances: coming back after a lapse, times away, development plans, and ties to students."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from services.educators.domain.codes import ConflictKind, ReturnStepKind
from services.educators.models.declarative import Base, Tenanted, of_educator
from shared.declarative import one_of


class ReturnStep(Tenanted, Base):
    """One step of a return to practice education. A mentored student names the Stage 2 mentor and has a last day (`on`)."""

    __tablename__ = "return_steps"

    educator_id: Mapped[UUID]
    step: Mapped[str]
    on: Mapped[date]
    mentor_educator_id: Mapped[UUID | None]

    __table_args__ = (
        of_educator(),
        ForeignKeyConstraint(
            ["partnership_id", "mentor_educator_id"],
            ["educators.partnership_id", "educators.id"],
            name="return_steps_mentor_fkey",
        ),
        Index(None, "educator_id", "id"),
        one_of("step", ReturnStepKind),
        CheckConstraint("step <> 'mentored_student' or mentor_educator_id is not null", name="has_mentor"),
        CheckConstraint("mentor_educator_id <> educator_id", name="own_mentor"),
    )


class Unavailability(Tenanted, Base):
    """Days on which an educator takes no student, both included; without an end, until further notice. No reason is kept.

    `told_on` is the day on which those who hold a seat for some of these days were told that they have begun.
    """

    __tablename__ = "unavailability"

    educator_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    told_on: Mapped[date | None]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        Index("unavailability_untold_idx", "starts_on", postgresql_where=text("told_on is null")),
        CheckConstraint("ends_on >= starts_on", name="in_order"),
    )


class DevelopmentPlan(Tenanted, Base):
    """A plan for an educator's own practice, open until it is closed. What it says is kept elsewhere."""

    __tablename__ = "development_plans"

    educator_id: Mapped[UUID]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        CheckConstraint("closed_on >= opened_on", name="in_order"),
    )


class DeclaredConflict(Tenanted, Base):
    """A tie between an educator and one student, an id of the placements service."""

    __tablename__ = "declared_conflicts"

    educator_id: Mapped[UUID]
    kind: Mapped[str]
    student_id: Mapped[UUID]

    __table_args__ = (of_educator(), Index(None, "educator_id", "id"), one_of("kind", ConflictKind))
