"""How well a hub suits a student, whoever else is there: 0 is best, and one point is one kilometre."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from services.hubs.domain.allocation.inputs import HubInput, StudentInput

EARTH_RADIUS_KM = 6371.0088
FURTHEST_KM = 80
"""Nobody is sent to a hub further from the setting than this, in a straight line."""

OTHER_LOCALITY = 20
"""Points where only the names of the localities are known and they differ, or nothing is known."""

OTHER_SERVICE_AREA = 10
ASSESSED_HERE = 60
"""Points where a facilitator of the hub assesses the student: avoided unless the next hub is that much further."""

OTHER_WEEKDAY = 8
"""Points where the hub meets on a day on which the student is not in placement."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """The points of a pair, its distance in whole kilometres where known, and whether a facilitator assesses the student."""

    points: int
    distance_km: int | None
    facilitator_assesses: bool = False


def nearness(student: StudentInput, hub: HubInput) -> Nearness | None:
    """The pair's nearness; None where the student cannot go there: outside its scheme, never at the same time, or too far.

    Who is there already may always stay.
    """
    distance = _distance_km(student, hub)
    if student.current_hub_id != hub.id and not _can_go(student, hub, distance):
        return None
    points = distance if distance is not None else _by_name(student, hub)
    if student.service_area and hub.service_area and not _same(student.service_area, hub.service_area):
        points += OTHER_SERVICE_AREA
    if student.weekdays and hub.weekday not in student.weekdays:
        points += OTHER_WEEKDAY
    assesses = bool(student.assessors & hub.facilitators)
    return Nearness(points + ASSESSED_HERE * assesses, distance, assesses)


def in_scheme(student: StudentInput, hub: HubInput) -> bool:
    """Whether the hub is meant for people like this one."""
    return hub.scheme.includes(student.level, is_statutory=student.is_statutory)


def _can_go(student: StudentInput, hub: HubInput, distance: int | None) -> bool:
    meets = hub.starts_on <= student.ends_on and (hub.ends_on is None or student.starts_on <= hub.ends_on)
    return meets and in_scheme(student, hub) and (distance is None or distance <= FURTHEST_KM)


def _by_name(student: StudentInput, hub: HubInput) -> int:
    known = student.locality and hub.locality
    return 0 if known and _same(str(student.locality), str(hub.locality)) else OTHER_LOCALITY


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _distance_km(student: StudentInput, hub: HubInput) -> int | None:
    """Great-circle distance (haversine), rounded to a kilometre."""
    if student.latitude is None or student.longitude is None or hub.latitude is None or hub.longitude is None:
        return None
    here, there = radians(student.latitude), radians(hub.latitude)
    half_north, half_east = (there - here) / 2, radians(hub.longitude - student.longitude) / 2
    chord = sin(half_north) ** 2 + cos(here) * cos(there) * sin(half_east) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord))))
