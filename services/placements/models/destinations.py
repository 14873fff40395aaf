"""Destinations: where students went after they qualified."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.destinations import Destination, EmployedAs, Interview
from services.placements.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class StudentDestination(Versioned):
    """Where one student went. `academic_year` is the one in which they finished.

    `employer_organisation_id` is a member of the partnership; `is_local` is true for those, else as said (null where it
    is not known).
    """

    __tablename__ = "student_destinations"

    student_id: Mapped[UUID]
    academic_year: Mapped[str]
    destination: Mapped[str]
    employer_organisation_id: Mapped[UUID | None]
    is_local: Mapped[bool | None]
    employed_as: Mapped[str | None]
    interview: Mapped[str]
    started_on: Mapped[date | None]

    __table_args__ = (
        within_tenant("student_id", "students"),
        within_tenant("employer_organisation_id", "organisations"),
        UniqueConstraint("student_id", name="one_destination_per_student"),
        Index(None, "partnership_id", "academic_year"),
        one_of("destination", Destination),
        one_of("employed_as", EmployedAs),
        one_of("interview", Interview),
        CheckConstraint("academic_year ~ '^20[0-9]{2}-[0-9]{2}$'", name="academic_year"),
        CheckConstraint("employer_organisation_id is null or is_local", name="members_are_local"),
    )
