"""Matching: how long one run takes from frozen inputs to a checked and explained result."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from services.placements.domain.matching.codes import ContrastFactor, PreferenceKind
from services.placements.domain.matching.inputs import (
    MatchInputs,
    OfferInput,
    PreferenceInput,
    RequestInput,
    RoundRules,
)
from services.placements.domain.matching.run import run_match

SIZES = (60, 200)
AREAS = ("safeguarding", "hospital", "mental_health", "fostering")


@dataclass(frozen=True)
class Matching:
    """Seconds of one run (median), how many were placed, and how many requests and offers there were."""

    requests: int
    offers: int
    placed: int
    seconds: float


def measure(rounds: int) -> Iterator[Matching]:
    """Match a drawn round of each size some times over."""
    for size in SIZES:
        inputs = drawn(size, size * 11 // 10)
        run_match(inputs)
        took = []
        for _ in range(rounds):
            began = perf_counter()
            result = run_match(inputs)
            took.append(perf_counter() - began)
        yield Matching(size, len(inputs.offers), len(result.assignments), median(took))


def drawn(requests: int, offers: int) -> MatchInputs:
    """A round as a partnership might have it; the same every time."""
    chance = random.Random(requests)  # noqa: S311 - a play, no secret
    places = [_offer(chance, number) for number in range(offers)]
    wanted = [_request(chance, number, places) for number in range(requests)]
    rules = RoundRules(
        lottery_seed="benchmarks", contrast=(ContrastFactor.DIRECTORATE,), travel_cap_minutes=90
    )
    return MatchInputs(rules=rules, offers=tuple(places), requests=tuple(wanted))


def _offer(chance: random.Random, number: int) -> OfferInput:
    return OfferInput(
        id=f"offer-{number:04}",
        setting_id=f"setting-{number * 2 // 3}",
        organisation_id=f"host-{number % 5}",
        directorate="childrens" if number % 2 else "adults",
        service_area=AREAS[number % len(AREAS)],
        locality="north" if number % 3 else "south",
        is_statutory=chance.random() < 0.85,  # noqa: PLR2004
        is_frontline=True,
        latitude=52.9 + chance.uniform(-0.25, 0.25),
        longitude=-1.2 + chance.uniform(-0.4, 0.4),
        places=1,
        placement_levels=("first", "final"),
        educator_id=f"educator-{number * 3 // 4}",
        educator_seats=1 + number * 3 // 4 % 2,
        requires_driver=chance.random() < 0.2,  # noqa: PLR2004
    )


def _request(chance: random.Random, number: int, offers: list[OfferInput]) -> RequestInput:
    liked = chance.sample(offers, 4)
    return RequestInput(
        id=f"request-{number:04}",
        student_id=f"student-{number:04}",
        organisation_id=f"university-{number % 2}",
        placement_level="final",
        latitude=52.9 + chance.uniform(-0.25, 0.25),
        longitude=-1.2 + chance.uniform(-0.4, 0.4),
        can_drive=chance.random() < 0.7,  # noqa: PLR2004
        preferences=tuple(
            PreferenceInput(rank=rank, kind=PreferenceKind.SETTING, value=offer.setting_id)
            for rank, offer in enumerate(liked, 1)
        ),
    )
