"""When practice educators are away, as the educators service tells it to those whose students are with them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from services.placements.models.declarative import Tenanted


class EducatorAbsence(Tenanted):
    """Days on which an educator is away, both included; without an end, until further notice. Why is not told.

    Its id is that of the record at the educators service, so that what was told last of it stands, a withdrawal too.
    """

    __tablename__ = "educator_absences"

    educator_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    is_withdrawn: Mapped[bool]
    told_at: Mapped[datetime]

    __table_args__ = (
        Index(None, "partnership_id", "educator_id", "starts_on"),
        CheckConstraint("starts_on <= ends_on", name="absence_in_order"),
    )
