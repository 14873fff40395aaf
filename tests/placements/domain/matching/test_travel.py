"""Journeys: one definition in plain arithmetic, and the same minutes for many places at once."""

import random
from math import asin, dist, inf

import numpy as np

from services.placements.domain.matching.codes import TravelMode
from services.placements.domain.matching.journey import EARTH_RADIUS_KM, great_circle_minutes
from services.placements.domain.matching.travel import GreatCircle, Points, nearby
from tests.placements.domain.matching.rounds import a_request, an_offer

REACHES = (0.0, 20.0, 45.0, 3000.0, inf)
"""Kilometres."""

SOUTHAMPTON, WINCHESTER = (50.9097, -1.4044), (51.0632, -1.3080)


def test_minutes_for_many_places_are_those_of_the_definition():
    chance = random.Random(1)
    home = a_request("r", latitude=51.5, longitude=-0.1)
    places = [
        an_offer(str(at), latitude=chance.uniform(49.9, 55.8), longitude=chance.uniform(-6.4, 1.8))
        for at in range(500)
    ]
    # The same spot, the next street, and the other side of the earth.
    places += [
        an_offer(str(at), latitude=north, longitude=east)
        for at, (north, east) in enumerate([(51.5, -0.1), (51.5001, -0.1), (-51.5, 179.9), (90.0, 0.0)])
    ]
    homes, offers = np.zeros(len(places), np.int64), np.arange(len(places))
    for mode in TravelMode:
        at_once = GreatCircle().minutes(Points.of([home]), Points.of(places), (homes, offers), mode).tolist()
        expected = [
            great_circle_minutes((51.5, -0.1), (place.latitude, place.longitude), mode) for place in places
        ]
        assert at_once == expected


def test_whoever_lives_anywhere_has_near_them_everything_within_reach_and_little_else():
    chance = random.Random(2)
    spots = [(chance.uniform(-90, 90), chance.uniform(-180, 180)) for _ in range(150)]
    spots += [(51.0 + chance.gauss(0, 0.4), chance.gauss(0, 0.4)) for _ in range(150)]
    points = Points.of(
        [a_request(str(at), latitude=north, longitude=east) for at, (north, east) in enumerate(spots)]
    )
    everybody, reach = np.arange(len(spots)), np.array([chance.choice(REACHES) for _ in spots])
    seen: list[tuple[int, int]] = []
    for together in points.cells(everybody, 20):
        assert len(together) <= 20
        rows, places = nearby(points, together, points, reach[together])
        seen += zip(together[rows].tolist(), places.tolist(), strict=True)
    apart = {
        (home, place): 2 * EARTH_RADIUS_KM * asin(min(1.0, dist(homes, places) / 2))
        for home, homes in enumerate(points.vectors.T.tolist())
        for place, places in enumerate(points.vectors.T.tolist())
    }
    assert len(seen) == len(set(seen))
    assert {pair for pair, km in apart.items() if km <= reach[pair[0]]} <= set(seen)
    assert all(apart[pair] <= reach[pair[0]] + 1.0 for pair in seen)


def test_a_journey_between_two_cities_takes_a_believable_time():
    # About 18.4 km in a straight line.
    assert 30 <= great_circle_minutes(SOUTHAMPTON, WINCHESTER, TravelMode.CAR) <= 45
    assert 60 <= great_circle_minutes(SOUTHAMPTON, WINCHESTER, TravelMode.PUBLIC_TRANSPORT) <= 80


def test_nobody_arrives_in_no_time():
    assert great_circle_minutes(SOUTHAMPTON, SOUTHAMPTON, TravelMode.CAR) == 5
