"""Journeys: one definition in plain arithmetic, and the same minutes for many places at once."""

import random

import numpy as np

from services.placements.domain.matching.codes import TravelMode
from services.placements.domain.matching.journey import great_circle_minutes
from services.placements.domain.matching.travel import GreatCircle

SOUTHAMPTON, WINCHESTER = (50.9097, -1.4044), (51.0632, -1.3080)


def test_minutes_for_many_places_are_those_of_the_definition():
    chance = random.Random(1)
    home = (51.5, -0.1)
    places = [(chance.uniform(49.9, 55.8), chance.uniform(-6.4, 1.8)) for _ in range(500)]
    latitudes, longitudes = np.array([each[0] for each in places]), np.array([each[1] for each in places])
    for mode in TravelMode:
        at_once = GreatCircle().minutes(home, latitudes, longitudes, mode).tolist()
        assert at_once == [great_circle_minutes(home, place, mode) for place in places]


def test_a_journey_between_two_cities_takes_a_believable_time():
    # About 18.4 km in a straight line.
    assert 30 <= great_circle_minutes(SOUTHAMPTON, WINCHESTER, TravelMode.CAR) <= 45
    assert 60 <= great_circle_minutes(SOUTHAMPTON, WINCHESTER, TravelMode.PUBLIC_TRANSPORT) <= 80


def test_nobody_arrives_in_no_time():
    assert great_circle_minutes(SOUTHAMPTON, SOUTHAMPTON, TravelMode.CAR) == 5
