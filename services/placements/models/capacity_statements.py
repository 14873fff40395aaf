"""Capacity statements: what settings intend for a year."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.vocabulary import Appetite
from services.placements.models.declarative import Versioned
from shared.declarative import a_list, one_of, within_tenant


class CapacityStatement(Versioned):
    """A setting's intent for one academic year, with coded reasons where it does not offer.

    `places` is how many students it thinks of over the year; null where it has not said.
    """

    __tablename__ = "capacity_statements"

    setting_id: Mapped[UUID]
    academic_year: Mapped[str]
    appetite: Mapped[str]
    reasons: Mapped[list[str]]
    places: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("setting_id", "academic_year", name="one_capacity_statement_per_setting_and_year"),
        within_tenant("setting_id", "settings"),
        Index(None, "partnership_id", "setting_id", "id"),
        Index(None, "partnership_id", "academic_year", "id"),
        one_of("appetite", Appetite),
        CheckConstraint("academic_year ~ '^20[0-9]{2}-[0-9]{2}$'", name="academic_year"),
        a_list("reasons"),
        CheckConstraint("places between 0 and 1000", name="places"),
    )
