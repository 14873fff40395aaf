"""Who knows how the checker reckons cannot make a result pass for the best by it: every way tried here was a way once.

Each student has few choices, so that everything that could come of a round can be laid beside what a bound says of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from services.placements.domain.matching.bound import EVERYTHING, Bound, Part
from services.placements.domain.matching.canonical import canonical
from services.placements.domain.matching.certificate import AimProof, Certificate, Fork, Stage
from services.placements.domain.matching.check import rank_of
from services.placements.domain.matching.codes import MINIMISED_AIMS, AimCode
from services.placements.domain.matching.gains import Gains
from services.placements.domain.matching.inputs import Held, MatchInputs, Member
from services.placements.domain.matching.possible import Possible
from services.placements.domain.matching.run import run_match
from services.placements.domain.matching.verify import Verdict, verify
from tests.placements.domain.matching.brute_force import Given, everything
from tests.placements.domain.matching.rounds import a_request, a_round, an_offer

Half = tuple[Fork, int]
AIMS = (
    AimCode.PLACED,
    AimCode.FIRST_OR_SECOND,
    AimCode.UNIVERSITY_FAIRNESS,
    AimCode.GROUP_FAIRNESS,
    AimCode.FRONTLINE_COVERAGE,
    AimCode.FIRST_PREFERENCE,
    AimCode.LOTTERY,
)


def _short_of_shares() -> MatchInputs:
    """A round in which one university, and one group, must stay below their share whatever is done."""
    unheard = [a_request(f"m{each}", "x", "y", "z", organisation_id="north") for each in "12"]
    heard = [a_request("s1", "a", "b"), a_request("s2", "b", "a")]
    offers = [an_offer("a"), an_offer("b", setting_id="setting-of-a"), an_offer("c"), an_offer("d")]
    members = [Member(request_id=each, group=each[0]) for each in ("m1", "m2", "s1")]
    return canonical(replace(a_round(offers, [*unheard, *heard], aims=AIMS), members=tuple(members)))


def _reached(inputs: MatchInputs) -> list[tuple[Given, tuple[int, ...]]]:
    gains = Gains(inputs)
    return [(given, gains.of_result(given)) for given in everything(inputs)]


def _priced() -> Iterator[Stage]:
    """Stages with one, two or three prices, each of one aim alone, of shares, teams and pins."""
    last, fairness = len(AIMS) - 1, (2, 3, 4)
    pinned = [(2,), (3,), (4,), (2, 3), (2, 3, 4)]
    for pins, at, worth, share in product(pinned, (0, 1, 5, 6), (-3, -1, 1, 3), (-1, 0, 2)):
        row = tuple(worth * (each == at) for each in range(last + 1))
        shares = tuple(share * (each == at) for each in range(last + 1))
        yield Stage(
            until=last,
            pins=pins,
            scale=(1,) * (last + 1),
            universities={"north": shares},
            groups={"m": shares},
            teams={"setting-of-a": shares},
            offers={"a": tuple(map(abs, shares)), "b": tuple(map(abs, shares))} if share < 0 else {},
            pinned={AIMS[pin]: row for pin in fairness},
        )


def test_no_price_of_a_pinned_share_or_team_takes_away_what_a_result_reaches():
    inputs = _short_of_shares()
    possible, all_results = Possible(inputs), _reached(inputs)
    best = max(row for _, row in all_results)
    assert best[2] < 0
    assert best[3] < 0
    just = 0
    for stage in _priced():
        settled = max(stage.pins) + 1
        bound = Bound(inputs, stage, best, possible, EVERYTHING)
        total = bound.total()
        for row in {row for _, row in all_results if row[:settled] == best[:settled]}:
            worth = [row[at] for at in bound.free]
            assert worth <= total, stage
            just += worth[:-1] == total[:-1]
    assert just > 20


THREE = a_round(
    [an_offer("a", places=3), an_offer("b")],
    [a_request(each, "a", "b") for each in "rst"],
    aims=(AimCode.PLACED, AimCode.LOTTERY),
)
UNUSED = Stage(until=0, pins=(), scale=(1,))
CUTS = [
    *(Fork(offer_id="a", seats=seats, request_id=None, parts=(UNUSED, UNUSED)) for seats in range(-2, 5)),
    *(Fork(offer_id="a", seats=0, request_id=each, parts=(UNUSED, UNUSED)) for each in ("r", "s", "nobody")),
    *(
        Fork(offer_id="nowhere", seats=0, request_id=each, parts=(UNUSED, UNUSED))
        for each in (None, "r", "nobody")
    ),
    Fork(offer_id="a", seats=10**30, request_id=None, parts=(UNUSED, UNUSED)),
]
"""Cuts of what there is and is not, of negative seats and of endlessly many."""


def _is_in(given: Given, cuts: tuple[Half, ...]) -> bool:
    """Whether a result is in the halves of all cuts, asked of the result alone."""
    pairs = [(request.id, offer.id) for request, offer in given]
    used = [offer for _, offer in pairs]
    return all(
        half
        == (
            used.count(cut.offer_id) > cut.seats
            if cut.request_id is None
            else (cut.request_id, cut.offer_id) in pairs
        )
        for cut, half in cuts
    )


@pytest.mark.parametrize("held", [(), (Held(request_id="r", offer_id="a"),)])
def test_every_half_of_every_cut_is_bounded_by_what_is_left_in_it_whatever_the_prices(held):
    inputs = canonical(replace(THREE, held=held))
    possible = Possible(inputs)
    results = [each for each in _reached(inputs) if not held or ("r", "a") in _pairs(each[0])]
    prices = [{"a": (a,), "b": (b,)} for a, b in ((-2, 0), (-1, -1), (0, 0), (1, 1))]
    just = 0
    for cuts in product(product(CUTS, (0, 1)), repeat=2):
        part = EVERYTHING
        for cut, half in cuts:
            part = part.halves(cut)[half]
        inside = [row[0] for given, row in results if _is_in(given, cuts)]
        most = max(inside, default=None)
        for offers in prices if most is not None else ():
            (total,) = Bound(inputs, replace(UNUSED, offers=offers), (0, 0), possible, part).total()
            assert most <= total, (cuts, offers)
            just += most == total
    assert just > 200


def _pairs(given: Given) -> list[tuple[str, str]]:
    return [(request.id, offer.id) for request, offer in given]


def _said_of(
    inputs: MatchInputs, given: Given, stages: tuple[Stage, ...], search: Fork | Stage | None = None
) -> Verdict:
    """The verdict on a result that says truly what it reaches, with these proofs."""
    made, gains = run_match(inputs), Gains(inputs).of_result(given)
    aims = tuple(
        AimProof(code=code, value=abs(gain), bound=abs(gain), least=code in MINIMISED_AIMS)
        for code, gain in zip(inputs.rules.aims, gains, strict=True)
    )
    some = made.assignments[0]
    assignments = tuple(
        replace(some, request_id=request.id, offer_id=offer.id, rank=rank, outside_list=outside)
        for request, offer in given
        for rank, outside in [rank_of(request, offer)]
    )
    certificate = Certificate(aims=aims, stages=stages, search=search)
    return verify(inputs, assignments, certificate, made.input_hash)


def test_an_aim_that_is_pinned_twice_pays_for_nothing():
    """Its value would count as often as it is named, but what a team or a share pays for it only once."""
    aims = (AimCode.PLACED, AimCode.FRONTLINE_COVERAGE, AimCode.LOTTERY)
    inputs = a_round(
        [an_offer("a"), an_offer("b")], [a_request("r", "a", "b"), a_request("s", "b", "a")], aims=aims
    )
    gains = Gains(inputs)
    both = [each for each in everything(inputs) if len(each) == 2]
    worse, _ = sorted(both, key=gains.of_result)
    pairs = [gains.of_pair(request, offer)[-1] for request, offer in product(inputs.requests, inputs.offers)]
    at_most = max(pairs[:2]) + max(pairs[2:])
    taken_off = at_most - gains.of_result(worse)[-1]
    assert taken_off > 0
    plain = Stage(until=1, pins=(), scale=(1, 1))
    price = {"frontline_coverage": (0, 0, -taken_off)}
    verdicts = [
        _said_of(inputs, worse, (plain, Stage(until=2, pins=pins, scale=(1, 1, 2), pinned=price)))
        for pins in ((1,), (1, 1), (1, 1, 1))
    ]
    assert verdicts == [Verdict((), (AimCode.LOTTERY,))] * 3


@pytest.mark.parametrize("size", [2**57 - 1, 2**57, 2**61 - 1, 2**62, 2**63 - 1, 2**64])
def test_no_price_is_so_great_that_a_sum_turns_round(size):
    """Eight prices of 2 to the power of 61 are none, in 64 bits."""
    pins = (AimCode.KEPT, AimCode.FIRST_PREFERENCE, AimCode.WITHIN_LIST, AimCode.ADULTS)
    aims = (
        AimCode.PLACED,
        AimCode.FIRST_OR_SECOND,
        AimCode.UNIVERSITY_FAIRNESS,
        AimCode.GROUP_FAIRNESS,
        *pins,
    )
    inputs = a_round([an_offer("a", directorate="adults")], [a_request("r", "a")], aims=aims)
    previous, members = Held(request_id="r", offer_id="a"), Member(request_id="r", group="g")
    inputs = canonical(replace(inputs, previous=(previous,), members=(members,)))
    stage = Stage(
        until=len(aims) - 1,
        pins=(1, 4, 5, 6, 7),
        scale=(1,) * len(aims),
        offers={"a": (-size, *(0,) * 7)},
        universities={"university": (size, *(0,) * 7)},
        groups={"g": (size, *(0,) * 7)},
        pinned={each: (-size, *(0,) * 7) for each in (AimCode.FIRST_OR_SECOND, *pins)},
    )
    ((_, reached),) = [each for each in _reached(inputs) if each[0]]
    total = Bound(inputs, stage, reached, Possible(inputs), EVERYTHING).total()
    assert total[0] == 1 + 3 * size


@pytest.mark.parametrize("bits", [0, 30, 35, 36, 56, 57, 64])
def test_no_scale_is_so_great_that_a_product_turns_round(bits):
    inputs = a_round([an_offer("a")], [a_request("r", "a")], aims=(AimCode.PLACED, AimCode.LOTTERY))
    ((_, reached),) = [each for each in _reached(inputs) if each[0]]
    stage = Stage(until=1, pins=(), scale=(1, 2**bits))
    total = Bound(inputs, stage, reached, Possible(inputs), EVERYTHING).total()
    assert total == [1, reached[1] * 2**bits]
