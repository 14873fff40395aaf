"""Requests: a student's need for one placement in one round."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.vocabulary import PlacementLevel, RequestStatus
from services.placements.models.declarative import Versioned
from shared.declarative import a_list, on_earth, one_of, within_tenant


class Request(Versioned):
    """What a student needs and wishes. Latitude and longitude are of the home, in degrees (WGS 84).

    `preferences` are `{rank, kind, value}`, best rank 1; `conflicts` are `{kind, id}`; `previous` are
    `{setting_id, organisation_id, directorate, is_statutory}`, each member null where it is not known. `adjustments` say
    what a setting must be able to do, never why. A request that was `deferred` goes on as `deferred_to_request_id` in
    another round.
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
    status: Mapped[str] = mapped_column(default="open", server_default="open")
    status_reason: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    deferred_to_request_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("round_id", "student_id", name="one_request_per_student_and_round"),
        within_tenant("round_id", "rounds"),
        within_tenant("student_id", "students"),
        within_tenant("deferred_to_request_id", "requests"),
        Index(None, "partnership_id", "round_id", "id"),
        Index(None, "partnership_id", "student_id", "id"),
        Index(None, "partnership_id", "status", "id"),
        one_of("placement_level", PlacementLevel),
        one_of("status", RequestStatus),
        on_earth(),
        CheckConstraint("(status = 'open') = (closed_at is null)", name="closed_at"),
        CheckConstraint("max_travel_minutes between 1 and 600", name="max_travel_minutes"),
        a_list("preferences"),
        a_list("adjustments"),
        a_list("clearances"),
        a_list("conflicts"),
        a_list("previous"),
    )
