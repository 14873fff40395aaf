"""Rounds to match: single offers and requests with defaults, tiny crossing rounds, and one that looks like a partnership."""

import random
from dataclasses import replace
from typing import Any

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


def an_offer(name: str, **changes: Any) -> OfferInput:
    """A statutory children's place for one student, open to every level, at the centre of the map."""
    facts: dict[str, Any] = {
        "id": name,
        "setting_id": f"setting-of-{name}",
        "organisation_id": "council",
        "directorate": "childrens",
        "service_area": "safeguarding",
        "locality": "north",
        "is_statutory": True,
        "is_frontline": True,
        "latitude": 50.9,
        "longitude": -1.4,
        "places": 1,
        "placement_levels": ("first", "final"),
    }
    return OfferInput(**facts | changes)


def a_request(name: str, *liked: str, **changes: Any) -> RequestInput:
    """A driver's request for a final placement, living at the centre of the map; `liked` are offers, best first."""
    facts: dict[str, Any] = {
        "id": name,
        "student_id": f"student-of-{name}",
        "organisation_id": "university",
        "placement_level": "final",
        "latitude": 50.9,
        "longitude": -1.4,
        "can_drive": True,
        "preferences": tuple(
            PreferenceInput(rank=rank, kind=PreferenceKind.OFFER, value=offer)
            for rank, offer in enumerate(liked, 1)
        ),
    }
    return RequestInput(**facts | changes)


def a_round(offers: list[OfferInput], requests: list[RequestInput], **rules: Any) -> MatchInputs:
    """A round with these offers and requests, and the default rules but for `rules`."""
    facts: dict[str, Any] = {"lottery_seed": "drawn in public"} | rules
    return MatchInputs(rules=RoundRules(**facts), offers=tuple(offers), requests=tuple(requests))


def _mixed(chance: random.Random, values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(chance.sample(values, len(values)))


def shuffled(inputs: MatchInputs, seed: int) -> MatchInputs:
    """The same round with offers, requests and all their lists in another order."""
    chance = random.Random(seed)
    offers = [
        replace(
            offer,
            placement_levels=_mixed(chance, offer.placement_levels),
            clearances=_mixed(chance, offer.clearances),
            accepts_adjustments=_mixed(chance, offer.accepts_adjustments),
        )
        for offer in inputs.offers
    ]
    requests = [
        replace(
            request,
            preferences=_mixed(chance, request.preferences),
            adjustments=_mixed(chance, request.adjustments),
            clearances=_mixed(chance, request.clearances),
            conflicts=_mixed(chance, request.conflicts),
            previous=_mixed(chance, request.previous),
        )
        for request in inputs.requests
    ]
    rules = replace(
        inputs.rules, caps=_mixed(chance, inputs.rules.caps), contrast=_mixed(chance, inputs.rules.contrast)
    )
    return MatchInputs(
        rules=rules, offers=_mixed(chance, tuple(offers)), requests=_mixed(chance, tuple(requests))
    )


def _some(chance: random.Random, values: tuple[str, ...], share: float) -> tuple[str, ...]:
    return tuple(value for value in values if chance.random() < share)


CLEARANCES = ("enhanced_dbs", "prison_vetting")
ADJUSTMENTS = ("step_free", "part_time", "quiet_room")
DIRECTORATES = ("childrens", "adults", "integrated")
AREAS = ("safeguarding", "hospital", "mental_health", "fostering")
LOCALITIES = ("north", "south", "coast")


def _drawn_offer(
    chance: random.Random, number: int, organisations: int, settings: int, educators: int
) -> OfferInput:
    setting, educator = chance.randrange(settings), chance.randrange(educators)
    second = chance.randrange(settings) if chance.random() < 0.1 else None
    return an_offer(
        f"offer-{number:04}",
        setting_id=f"setting-{setting}",
        organisation_id=f"host-{setting % organisations}",
        directorate=DIRECTORATES[setting % 3] if chance.random() < 0.9 else "integrated",
        service_area=AREAS[setting % len(AREAS)],
        locality=LOCALITIES[setting % len(LOCALITIES)],
        is_statutory=chance.random() < 0.85,
        is_frontline=chance.random() < 0.6,
        latitude=50.9 + chance.uniform(-0.25, 0.25),
        longitude=-1.4 + chance.uniform(-0.4, 0.4),
        places=chance.choice((1, 1, 1, 2)),
        placement_levels=chance.choice((("final",), ("first", "final"), ("first", "final"))),
        educator_id=f"educator-{educator}" if chance.random() < 0.9 else None,
        educator_seats=1 + educator % 2,
        educator_eligible=chance.random() < 0.92,
        requires_driver=chance.random() < 0.25,
        clearances=_some(chance, CLEARANCES, 0.1),
        accepts_adjustments=_some(chance, ADJUSTMENTS, 0.8),
        audit_allows=chance.random() < 0.95,
        second_setting_id=None if second is None else f"setting-{second}",
        second_organisation_id=None if second is None else f"host-{second % organisations}",
    )


def _drawn_preferences(chance: random.Random, offers: list[OfferInput]) -> tuple[PreferenceInput, ...]:
    listed = []
    for rank in range(1, chance.choice((0, 2, 4, 5, 6)) + 1):
        offer, kind = chance.choice(offers), chance.choice(tuple(PreferenceKind))
        value = {
            PreferenceKind.OFFER: offer.id,
            PreferenceKind.SETTING: offer.setting_id,
            PreferenceKind.SERVICE_AREA: offer.service_area,
            PreferenceKind.DIRECTORATE: offer.directorate,
            PreferenceKind.LOCALITY: offer.locality,
        }[kind]
        listed.append(PreferenceInput(rank=rank, kind=kind, value=value))
    return tuple(listed)


def _drawn_request(chance: random.Random, number: int, offers: list[OfferInput]) -> RequestInput:
    past, foe = chance.choice(offers), chance.choice(offers)
    previous = PreviousInput(
        setting_id=past.setting_id,
        organisation_id=past.organisation_id,
        directorate=past.directorate,
        is_statutory=past.is_statutory,
    )
    return a_request(
        f"request-{number:04}",
        organisation_id=f"university-{chance.randrange(2)}",
        placement_level=chance.choice(("first", "final", "final")),
        latitude=50.9 + chance.uniform(-0.25, 0.25),
        longitude=-1.4 + chance.uniform(-0.4, 0.4),
        can_drive=chance.random() < 0.68,
        preferences=_drawn_preferences(chance, offers),
        max_travel_minutes=chance.choice((None, 60, 75, 90)),
        adjustments=_some(chance, ADJUSTMENTS, 0.1),
        clearances=_some(chance, CLEARANCES, 0.8),
        conflicts=(ConflictInput(kind=ConflictKind.SETTING, id=foe.setting_id),)
        if chance.random() < 0.1
        else (),
        previous=(previous,) if chance.random() < 0.5 else (),
    )


def a_drawn_round(seed: int, requests: int, offers: int) -> MatchInputs:
    """A round drawn by lot, in which the limits of educators, settings and organisations cross one another."""
    chance = random.Random(seed)
    organisations, settings, educators = 2 + offers // 40, max(3, offers * 2 // 3), max(3, offers * 3 // 4)
    drawn = [_drawn_offer(chance, number, organisations, settings, educators) for number in range(offers)]
    wanted = [_drawn_request(chance, number, drawn) for number in range(requests)]
    universities = [f"university-{number}" for number in range(2)]
    everybody = [(university, f"host-{host}") for university in universities for host in range(organisations)]
    caps = [
        CapInput(kind=LimitKind.SETTING, id=f"setting-{number}", seats=1 + number % 2)
        for number in range(settings)
        if chance.random() < 0.4
    ]
    caps.append(CapInput(kind=LimitKind.ORGANISATION, id="host-0", seats=max(1, offers // organisations - 1)))
    return a_round(
        drawn,
        wanted,
        lottery_seed=f"seed {seed}",
        contrast=chance.choice(((), (ContrastFactor.DIRECTORATE,))),
        statutory_required=chance.random() < 0.5,
        travel_cap_minutes=chance.choice((None, 80)),
        agreements=chance.choice((None, frozenset(everybody[1:]))),
        caps=tuple(caps),
    )


def a_knotted_round(seed: int) -> MatchInputs:
    """A tiny round in which every rule allows everything and hardly any two limits nest: students want to be divided."""
    chance = random.Random(seed)
    offers = [
        an_offer(
            f"offer-{number}",
            setting_id=f"setting-{chance.randrange(3)}",
            organisation_id=f"host-{chance.randrange(3)}",
            educator_id=f"educator-{chance.randrange(3)}",
            educator_seats=1,
            latitude=50.9 + chance.uniform(-0.2, 0.2),
        )
        for number in range(6)
    ]
    requests = [
        a_request(
            f"request-{number}", *(offer.id for offer in chance.sample(offers, 2)), max_travel_minutes=25
        )
        for number in range(5)
    ]
    caps = [CapInput(kind=LimitKind.SETTING, id=f"setting-{number}", seats=1) for number in range(3)]
    caps += [CapInput(kind=LimitKind.ORGANISATION, id=f"host-{number}", seats=1) for number in range(3)]
    return a_round(offers, requests, caps=tuple(caps), lottery_seed=f"seed {seed}")


def three_limits_in_a_ring(*, spare: int) -> MatchInputs:
    """Three offers, each two of which share one seat by another limit: divided students would gain half a place."""
    offers = [
        an_offer("a", setting_id="one", organisation_id="x", educator_id="e", educator_seats=1 + spare),
        an_offer("b", setting_id="two", organisation_id="y", educator_id="e", educator_seats=1 + spare),
        an_offer("c", setting_id="two", organisation_id="x"),
    ]
    requests = [a_request(f"r-{each}", each, max_travel_minutes=60) for each in "abc"]
    caps = (
        CapInput(kind=LimitKind.SETTING, id="two", seats=1),
        CapInput(kind=LimitKind.ORGANISATION, id="x", seats=1),
    )
    return a_round(offers, requests, caps=caps)


def rings(count: int) -> MatchInputs:
    """So many rings side by side: divided students would gain half a place in each."""
    offers, requests, caps = [], [], []
    for number in range(count):
        ring = three_limits_in_a_ring(spare=0)
        offers += [
            replace(
                offer,
                id=f"{number}{offer.id}",
                setting_id=f"{number}{offer.setting_id}",
                organisation_id=f"{number}{offer.organisation_id}",
                educator_id=offer.educator_id and f"{number}{offer.educator_id}",
            )
            for offer in ring.offers
        ]
        liked = [f"{number}{each}" for each in "abc"]
        requests += [a_request(f"r-{number}{turn}", *liked[turn:], *liked[:turn]) for turn in range(3)]
        caps += [replace(cap, id=f"{number}{cap.id}") for cap in ring.rules.caps]
    return a_round(offers, requests, caps=tuple(caps))
