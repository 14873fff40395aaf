"""Programmes: the social work courses of the universities."""

from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.vocabulary import ProgrammeRoute
from services.placements.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class Programme(Versioned):
    """A qualifying course of one organisation. Its name is unique there, so that imports may refer to it by name."""

    __tablename__ = "programmes"

    organisation_id: Mapped[UUID]
    name: Mapped[str]
    route: Mapped[str]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "organisation_id", "id"),
        UniqueConstraint("organisation_id", "name"),
        within_tenant("organisation_id", "organisations"),
        one_of("route", ProgrammeRoute),
    )
