"""Equality declarations: kept apart, read only to count, never by a rule."""

from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.models.declarative import Versioned
from shared.declarative import within_tenant


class EqualityDeclaration(Versioned):
    """To which groups a student says they belong; every answer may be withheld.

    A test of the architecture sees to it that nothing but the report of equality monitoring and the student's own form
    knows this table. What the codes are is said at the door, so that no rule has even the words.
    """

    __tablename__ = "equality_declarations"

    student_id: Mapped[UUID]
    ethnic_group: Mapped[str | None]
    disability: Mapped[str | None]
    gender: Mapped[str | None]
    age_band: Mapped[str | None]
    caring_responsibilities: Mapped[str | None]

    __table_args__ = (
        within_tenant("student_id", "students"),
        UniqueConstraint("student_id", name="one_equality_declaration_per_student"),
    )
