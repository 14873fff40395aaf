"""Rounds that look like England, of any size, the same every time: what matching is measured on.

Towns with universities, councils and trusts; teams around them; students who live near their university and like what
many like, whatever there is of it. 68 in 100 drive; 82 in 100 offers have one place; 18 in 100 have a long-arm educator who
has offers elsewhere too; 5 in 100 are integrated; settings and organisations are capped at 72 to 100 in 100 of their seats.
Shares are our planning assumptions, from what partnerships publish; no figure here is about a real place.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from services.placements.domain.matching.codes import (
    ConflictKind,
    ContrastFactor,
    LimitKind,
    PreferenceKind,
)
from services.placements.domain.matching.inputs import (
    CapInput,
    ConflictInput,
    MatchInputs,
    OfferInput,
    PreferenceInput,
    PreviousInput,
    RequestInput,
    RoundRules,
)

AREAS = ("safeguarding", "hospital", "mental_health", "fostering", "learning_disability", "older_people")
POPULARITY = (6, 5, 4, 3, 2, 3)
"""How much more often students name each area; offers are spread evenly."""
SUPPLY = (4, 3, 2, 2, 2, 4)

DRIVERS, SINGLE, LONG_ARM, INTEGRATED = 0.68, 0.82, 0.18, 0.05
STUDENTS_IN_A_TOWN, OFFERS_A_STUDENT = 170, 1.25


@dataclass(frozen=True)
class Town:
    """A town: where it is, its universities, its councils and trusts."""

    name: str
    latitude: float
    longitude: float
    universities: tuple[str, ...]
    organisations: tuple[str, ...]


def _towns(chance: random.Random, students: int) -> list[Town]:
    count = max(1, round(students / STUDENTS_IN_A_TOWN))
    towns = []
    for number in range(count):
        universities = tuple(f"university-{number:02}-{each}" for each in range(1 + (number % 3 != 0)))
        organisations = tuple(f"host-{number:02}-{each}" for each in range(2 + number % 3))
        towns.append(
            Town(
                f"town-{number:02}",
                chance.uniform(50.7, 54.5),
                chance.uniform(-3.0, 0.5),
                universities,
                organisations,
            )
        )
    return towns


def _near(chance: random.Random, town: Town, kilometres: float) -> tuple[float, float]:
    return (
        round(town.latitude + chance.gauss(0, kilometres / 111), 4),
        round(town.longitude + chance.gauss(0, kilometres / 69), 4),
    )


def _settings(chance: random.Random, town: Town, count: int) -> list[OfferInput]:
    """The teams of a town, each as an offer of one place that single offers are made from."""
    teams = []
    for number in range(count):
        latitude, longitude = _near(chance, town, 13)
        area = chance.choices(AREAS, SUPPLY)[0]
        teams.append(
            OfferInput(
                id="",
                setting_id=f"{town.name}-team-{number:03}",
                organisation_id=chance.choices(town.organisations, range(len(town.organisations), 0, -1))[0],
                directorate="adults" if AREAS.index(area) in (1, 2, 4, 5) else "childrens",
                service_area=area,
                locality=f"{town.name}-{'nesw'[number % 4]}",
                is_statutory=chance.random() < 0.85,
                is_frontline=chance.random() < 0.7,
                latitude=latitude,
                longitude=longitude,
                places=1,
                placement_levels=("final",) if chance.random() < 0.2 else ("first", "final"),
                audit_allows=chance.random() < 0.98,
                accepts_adjustments=tuple(
                    each for each in ("step_free", "part_time") if chance.random() < 0.9
                ),
            )
        )
    return teams


def _offers(chance: random.Random, towns: Sequence[Town], students: int) -> list[OfferInput]:
    offers: list[OfferInput] = []
    per_town = round(students * OFFERS_A_STUDENT / len(towns))
    for town in towns:
        teams = _settings(chance, town, max(2, per_town * 2 // 3))
        long_arms = max(1, round(per_town * LONG_ARM / 3))
        for number in range(per_town):
            team = teams[number % len(teams)] if number < len(teams) else chance.choice(teams)
            long_arm = chance.random() < LONG_ARM
            arm = chance.randrange(long_arms)
            educator = f"{town.name}-long-{arm:03}" if long_arm else f"{town.name}-own-{number:03}"
            second = chance.choice(teams) if chance.random() < INTEGRATED else None
            offers.append(
                replace(
                    team,
                    id=f"{town.name}-offer-{number:03}",
                    places=1 if chance.random() < SINGLE else chance.choice((2, 2, 3)),
                    educator_id=educator,
                    educator_seats=2 + arm % 2 if long_arm else chance.choice((1, 1, 2, 3)),
                    educator_eligible=chance.random() < 0.96,
                    requires_driver=chance.random() < 0.3,
                    second_setting_id=second.setting_id if second else None,
                    second_organisation_id=second.organisation_id if second else None,
                )
            )
    return offers


def _one_seats(offers: list[OfferInput]) -> list[OfferInput]:
    """Every educator has one number of seats and is eligible or not, whatever the offer."""
    first: dict[str | None, OfferInput] = {}
    for offer in offers:
        first.setdefault(offer.educator_id, offer)
    return [
        replace(
            offer,
            educator_seats=first[offer.educator_id].educator_seats,
            educator_eligible=first[offer.educator_id].educator_eligible,
        )
        for offer in offers
    ]


def _caps(chance: random.Random, offers: list[OfferInput]) -> tuple[CapInput, ...]:
    seats: dict[tuple[LimitKind, str], int] = {}
    for offer in offers:
        for setting in offer.settings:
            seats[LimitKind.SETTING, setting] = seats.get((LimitKind.SETTING, setting), 0) + offer.places
        for organisation in offer.organisations:
            key = (LimitKind.ORGANISATION, organisation)
            seats[key] = seats.get(key, 0) + offer.places
    return tuple(
        CapInput(kind=kind, id=name, seats=max(1, int(count * chance.uniform(0.72, 1.0))))
        for (kind, name), count in sorted(seats.items())
        if kind is LimitKind.ORGANISATION or chance.random() < 0.4
    )


def _preferences(
    chance: random.Random, near: list[OfferInput], weights: list[float]
) -> tuple[PreferenceInput, ...]:
    listed: dict[tuple[PreferenceKind, str], None] = {}
    for offer in chance.choices(near, cum_weights=weights, k=chance.randint(3, 9)):
        kind = chance.choices(
            (
                PreferenceKind.SETTING,
                PreferenceKind.OFFER,
                PreferenceKind.SERVICE_AREA,
                PreferenceKind.LOCALITY,
            ),
            (48, 8, 22, 22),
        )[0]
        value = {
            PreferenceKind.SETTING: offer.setting_id,
            PreferenceKind.OFFER: offer.id,
            PreferenceKind.SERVICE_AREA: offer.service_area,
            PreferenceKind.LOCALITY: offer.locality,
        }[kind]
        listed[kind, value] = None
    return tuple(
        PreferenceInput(rank=rank, kind=kind, value=value) for rank, (kind, value) in enumerate(listed, 1)
    )


def _previous(chance: random.Random, offer: OfferInput) -> tuple[PreviousInput, ...]:
    if chance.random() < 0.25:
        return ()
    return (
        PreviousInput(
            setting_id=offer.setting_id,
            organisation_id=offer.organisation_id,
            directorate=offer.directorate,
            is_statutory=offer.is_statutory,
        ),
    )


def _requests(
    chance: random.Random, towns: Sequence[Town], offers: list[OfferInput], students: int
) -> list[RequestInput]:
    of_town: dict[str, list[OfferInput]] = {}
    for offer in offers:
        of_town.setdefault(offer.id.split("-offer-")[0], []).append(offer)
    liked = {
        name: list(
            accumulate(POPULARITY[AREAS.index(o.service_area)] * chance.paretovariate(3) for o in near)
        )
        for name, near in of_town.items()
    }
    requests = []
    for number in range(students):
        town = towns[number % len(towns)]
        near = of_town[town.name]
        latitude, longitude = _near(chance, town, 15)
        foe = chance.choice(near)
        requests.append(
            RequestInput(
                id=f"request-{number:05}",
                student_id=f"student-{number:05}",
                organisation_id=chance.choice(town.universities),
                placement_level=chance.choices(("final", "first"), (3, 2))[0],
                latitude=latitude,
                longitude=longitude,
                can_drive=chance.random() < DRIVERS,
                preferences=_preferences(chance, near, liked[town.name]),
                max_travel_minutes=chance.choice((None, 60, 75, 90)),
                adjustments=("step_free",) if chance.random() < 0.05 else (),
                conflicts=(ConflictInput(kind=ConflictKind.SETTING, id=foe.setting_id),)
                if chance.random() < 0.03
                else (),
                previous=_previous(chance, chance.choice(near)),
            )
        )
    return requests


def _agreements(chance: random.Random, towns: Sequence[Town]) -> frozenset[tuple[str, str]]:
    """A university works with its own town's organisations, nearly always, and with many of the towns around."""
    known = set()
    for home in towns:
        for other in towns:
            apart = abs(home.latitude - other.latitude) + abs(home.longitude - other.longitude)
            likely = 0.95 if home is other else 0.6 if apart < 1.2 else 0.0
            known |= {
                (university, organisation)
                for university in home.universities
                for organisation in other.organisations
                if chance.random() < likely
            }
    return frozenset(known)


def drawn(students: int, seed: int = 1) -> MatchInputs:
    """A round of so many students, with about as many offers and a fifth more places than offers."""
    chance = random.Random(f"{seed} {students}")  # noqa: S311 - a seeded draw, so that each run plays the same; no secret
    towns = _towns(chance, students)
    offers = _one_seats(_offers(chance, towns, students))
    rules = RoundRules(
        lottery_seed=f"drawn {seed}",
        contrast=(ContrastFactor.DIRECTORATE,),
        statutory_required=True,
        travel_cap_minutes=90,
        agreements=_agreements(chance, towns),
        caps=_caps(chance, offers),
    )
    requests = _requests(chance, towns, offers, students)
    return MatchInputs(rules=rules, offers=tuple(offers), requests=tuple(requests))
