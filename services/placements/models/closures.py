"""Closures: days on which an organisation, or the whole partnership, has no placement days."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from services.placements.models.declarative import Versioned
from shared.declarative import within_tenant


class Closure(Versioned):
    """Days, first and last included, that are closed for all placements of an organisation; without one, for everybody."""

    __tablename__ = "closures"

    organisation_id: Mapped[UUID | None]
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    __table_args__ = (
        within_tenant("organisation_id", "organisations"),
        Index(None, "partnership_id", "organisation_id", "id"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
    )
