"""What an allocation is told, and what it answers. No name and no demographic field exists here, so none can reach a rule."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.hubs.domain.hubs import Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentInput:
    """A student with a placement and no hub. Degrees (WGS 84) are of the setting; weekdays are 1 Monday to 5 Friday."""

    placement_id: UUID
    student_id: UUID
    university_id: UUID
    starts_on: date
    ends_on: date
    latitude: float | None = None
    longitude: float | None = None
    locality: str | None = None
    service_area: str | None = None
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class HubInput:
    """A hub and the universities its present members come from, one entry a member."""

    id: UUID
    capacity: Capacity
    weekday: int
    starts_on: date
    ends_on: date | None = None
    members: tuple[UUID, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    locality: str | None = None
    service_area: str | None = None


class Why(StrEnum):
    """Why a student has this hub, or none."""

    NEAREST_HUB = "nearest_hub"
    NEARER_HUB_FULL = "nearer_hub_full"
    BETTER_BALANCE = "better_balance"
    NO_HUB = "no_hub"
    OUT_OF_REACH = "out_of_reach"
    HUBS_FULL = "hubs_full"
    TOO_FEW = "too_few_for_a_hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One student's result and the facts it rests on: distance in kilometres, members and universities of the hub then."""

    placement_id: UUID
    student_id: UUID
    hub_id: UUID | None
    why: Why
    distance_km: int | None = None
    members: int | None = None
    universities: int | None = None
