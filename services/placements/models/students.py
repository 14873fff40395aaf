"""Students: pre-qualifying learners of a university."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.models.declarative import Versioned
from shared.declarative import within_tenant


class Student(Versioned):
    """A learner of the university `organisation_id`. Only it, and those who host or teach them, may see the name."""

    __tablename__ = "students"

    organisation_id: Mapped[UUID]
    programme_id: Mapped[UUID | None]
    full_name: Mapped[str]
    email: Mapped[str]
    intake_year: Mapped[int]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("organisation_id", "organisations"),
        ForeignKeyConstraint(
            ["partnership_id", "organisation_id", "programme_id"],
            ["programmes.partnership_id", "programmes.organisation_id", "programmes.id"],
            name="students_programme_of_their_university_fkey",
        ),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index(None, "partnership_id", "programme_id", "id"),
        Index(None, "partnership_id", "intake_year", "id"),
        CheckConstraint("intake_year between 1990 and 2200", name="intake_year"),
    )
