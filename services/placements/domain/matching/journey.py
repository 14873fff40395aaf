"""How long one journey takes, in plain arithmetic without numpy: the definition that everything else must agree with.

A great circle (sphere of 6,371.0088 km, the IUGG mean radius) made longer by a detour factor, at an average
door-to-door speed, plus the minutes spent not moving. The factors are planning assumptions of ours for
England, deliberately on the slow side; a routing service replaces them by configuration.
"""

from dataclasses import dataclass
from math import asin, ceil, cos, radians, sin, sqrt

from services.placements.domain.matching.codes import TravelMode

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Pace:
    """How one mode travels: road kilometres per straight kilometre, kilometres an hour, and minutes that do not move.

    A journey longer than `review_minutes` one way is allowed if student and round allow it, but a person
    looks at it.
    """

    detour: float
    km_per_hour: float
    standing_minutes: float
    review_minutes: int


PACES = {
    TravelMode.CAR: Pace(detour=1.3, km_per_hour=42.0, standing_minutes=5.0, review_minutes=90),
    TravelMode.PUBLIC_TRANSPORT: Pace(
        detour=1.3, km_per_hour=25.0, standing_minutes=15.0, review_minutes=120
    ),
}


def travel_mode(*, can_drive: bool) -> TravelMode:
    """Return how a student travels."""
    return TravelMode.CAR if can_drive else TravelMode.PUBLIC_TRANSPORT


def great_circle_minutes(home: tuple[float, float], place: tuple[float, float], mode: TravelMode) -> int:
    """Return whole minutes one way between two points (latitude, longitude in degrees), rounded up."""
    home_latitude, place_latitude = radians(home[0]), radians(place[0])
    half_north = sin((place_latitude - home_latitude) / 2)
    half_east = sin(radians(place[1] - home[1]) / 2)
    chord = half_north**2 + cos(home_latitude) * cos(place_latitude) * half_east**2
    kilometres = 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))
    pace = PACES[mode]
    minutes = kilometres * pace.detour / pace.km_per_hour * 60 + pace.standing_minutes
    # Six decimals first: two ways of computing a sine must not disagree about a whole minute.
    return ceil(round(minutes, 6))
