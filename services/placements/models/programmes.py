"""Programmes: the social work courses of the universities."""

from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.named_steps import (
    OBSERVATIONS_FINAL,
    OBSERVATIONS_FIRST,
    SUPERVISION_MINUTES,
)
from services.placements.domain.vocabulary import ProgrammeRoute
from services.placements.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class Programme(Versioned):
    """A qualifying course of one organisation. Its name is unique there, so that imports may refer to it by name.

    What its placements have at least: `supervision_minutes` in five placement days, and direct observations. A placement
    takes them over when it is proposed, and keeps them.
    """

    __tablename__ = "programmes"

    organisation_id: Mapped[UUID]
    name: Mapped[str]
    route: Mapped[str]
    supervision_minutes: Mapped[int] = mapped_column(
        default=SUPERVISION_MINUTES, server_default=str(SUPERVISION_MINUTES)
    )
    observations_first: Mapped[int] = mapped_column(
        default=OBSERVATIONS_FIRST, server_default=str(OBSERVATIONS_FIRST)
    )
    observations_final: Mapped[int] = mapped_column(
        default=OBSERVATIONS_FINAL, server_default=str(OBSERVATIONS_FINAL)
    )

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "organisation_id", "id"),
        UniqueConstraint("organisation_id", "name"),
        within_tenant("organisation_id", "organisations"),
        one_of("route", ProgrammeRoute),
        CheckConstraint("supervision_minutes between 1 and 600", name="supervision_minutes"),
        CheckConstraint(
            "observations_first between 1 and 20 and observations_final between 1 and 20", name="observations"
        ),
    )
