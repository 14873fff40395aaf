"""Rounds: the matching seasons of a partnership."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.vocabulary import PlacementLevel
from services.placements.models.declarative import Versioned
from shared.declarative import a_list, one_of


class Round(Versioned):
    """One matching season for one placement level and start window.

    `academic_year` is written 2026-27; `days_required` are placement days; `rules` is the partnership's choice for this
    round. `stages` are the days by which the stages of the season are to be done, `targets` the places that organisations
    have promised to find. `published_run_id` names the one match run whose result was published (match runs refer to
    rounds, so there is no foreign key back).
    """

    __tablename__ = "rounds"

    name: Mapped[str]
    placement_level: Mapped[str]
    academic_year: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    days_required: Mapped[int]
    preference_deadline_on: Mapped[date]
    rules: Mapped[dict[str, Any]]
    stages: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    targets: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    published_run_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "academic_year", "name", name="round_name_is_unique_in_its_year"),
        Index(None, "partnership_id", "academic_year", "id"),
        Index(None, "partnership_id", "placement_level", "id"),
        one_of("placement_level", PlacementLevel),
        CheckConstraint("academic_year ~ '^20[0-9]{2}-[0-9]{2}$'", name="academic_year"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        a_list("targets"),
        CheckConstraint("jsonb_typeof(stages) = 'object'", name="stages_are_object"),
        CheckConstraint("days_required between 1 and 400", name="days_required"),
    )
