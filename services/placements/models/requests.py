"""Requests: a student's need for one placement in one round."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.vocabulary import PlacementLevel
from services.placements.models.declarative import Versioned
from shared.declarative import a_list, on_earth, one_of, within_tenant


class Request(Versioned):
    """What a student needs and wishes. Latitude and longitude are of the home, in degrees (WGS 84).

    `preferences` are `{rank, kind, value}`, best rank 1; `conflicts` are `{kind, id}`; `previous` are
    `{setting_id, organisation_id, directorate, is_statutory}`, each member null where it is not known. `adjustments` say
    what a setting must be able to do, never why.
    """

    __tablename__ = "requests"

    round_id: Mapped[UUID]
    student_id: Mapped[UUID]
    placement_level: Mapped[str]
    preferences: Mapped[list[dict[str, Any]]]
    latitude: Mapped[float]
    longitude: Mapped[float]
    can_drive: Mapped[bool]
    max_travel_minutes: Mapped[int | None]
    adjustments: Mapped[list[str]]
    clearances: Mapped[list[str]]
    conflicts: Mapped[list[dict[str, Any]]]
    previous: Mapped[list[dict[str, Any]]]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("round_id", "student_id", name="one_request_per_student_and_round"),
        within_tenant("round_id", "rounds"),
        within_tenant("student_id", "students"),
        Index(None, "partnership_id", "round_id", "id"),
        Index(None, "partnership_id", "student_id", "id"),
        one_of("placement_level", PlacementLevel),
        on_earth(),
        CheckConstraint("max_travel_minutes between 1 and 600", name="max_travel_minutes"),
        a_list("preferences"),
        a_list("adjustments"),
        a_list("clearances"),
        a_list("conflicts"),
        a_list("previous"),
    )
