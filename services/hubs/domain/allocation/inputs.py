"""What an allocation is told, and what it answers. No name and no demographic field exists here, so none can reach a rule."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.hubs.domain.hubs import Capacity, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentInput:
    """Somebody who is to have a hub. Degrees (WGS 84) are of the setting; weekdays are 1 Monday to 5 Friday.

    `assessors` are the people who assess the student. `current_hub_id` is the hub of a member who might be moved.
    """

    placement_id: UUID
    student_id: UUID
    university_id: UUID
    programme_id: UUID | None = None
    level: str = "final"
    is_statutory: bool = True
    assessors: frozenset[UUID] = frozenset()
    current_hub_id: UUID | None = None
    starts_on: date
    ends_on: date
    latitude: float | None = None
    longitude: float | None = None
    locality: str | None = None
    service_area: str | None = None
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class HubInput:
    """A hub, and the university and programme of each member who stays. It runs already where it has members at all."""

    id: UUID
    capacity: Capacity
    weekday: int
    starts_on: date
    ends_on: date | None = None
    members: tuple[UUID, ...] = ()
    programmes: tuple[UUID | None, ...] = ()
    is_running: bool = False
    scheme: Scheme = field(default_factory=Scheme)
    facilitators: frozenset[UUID] = frozenset()
    latitude: float | None = None
    longitude: float | None = None
    locality: str | None = None
    service_area: str | None = None

    @property
    def runs(self) -> bool:
        """Whether the hub has begun: then it may have fewer members than it needs to begin."""
        return self.is_running or bool(self.members)


class Why(StrEnum):
    """Why a student has this hub, or none."""

    NEAREST_HUB = "nearest_hub"
    NEARER_HUB_FULL = "nearer_hub_full"
    BETTER_BALANCE = "better_balance"
    STAYS = "stays"
    MOVED = "moved_to_make_room"
    NO_HUB = "no_hub"
    OUTSIDE_SCHEME = "outside_scheme"
    OUT_OF_REACH = "out_of_reach"
    HUBS_FULL = "hubs_full"
    TOO_FEW = "too_few_for_a_hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One student's result and the facts it rests on: distance in kilometres, members and universities of the hub then.

    `facilitator_assesses`: a facilitator of the hub also assesses the student, which could not be avoided.
    """

    placement_id: UUID
    student_id: UUID
    hub_id: UUID | None
    why: Why
    distance_km: int | None = None
    members: int | None = None
    universities: int | None = None
    facilitator_assesses: bool | None = None
    moved_from: UUID | None = None
