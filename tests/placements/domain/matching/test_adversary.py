"""Who knows how the checker reckons cannot make a result pass for the best by it: every way tried here was a way once.

Each student has few choices, so that everything that could come of a round can be laid beside what a bound says of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from services.placements.domain.matching.bound import EVERYTHING, Bound, Part
from services.placements.domain.matching.canonical import canonical, input_hash
from services.placements.domain.matching.certificate import AimProof, Certificate, Fork, Stage
from services.placements.domain.matching.check import Breach, rank_of, straight_minutes
from services.placements.domain.matching.codes import MINIMISED_AIMS, AimCode, TravelMode
from services.placements.domain.matching.gains import Gains
from services.placements.domain.matching.inputs import Held, MatchInputs, Member
from services.placements.domain.matching.journey import travel_mode
from services.placements.domain.matching.possible import Possible
from services.placements.domain.matching.result import Assignment
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
    gains = Gains(inputs).of_result(given)
    aims = tuple(
        AimProof(code=code, value=abs(gain), bound=abs(gain), least=code in MINIMISED_AIMS)
        for code, gain in zip(inputs.rules.aims, gains, strict=True)
    )
    assignments = tuple(
        Assignment(
            request_id=request.id,
            offer_id=offer.id,
            rank=rank,
            outside_list=outside,
            minutes=straight_minutes(request, offer),
            mode=travel_mode(can_drive=request.can_drive),
            review=False,
        )
        for request, offer in given
        for rank, outside in [rank_of(request, offer)]
    )
    certificate = Certificate(aims=aims, stages=stages, search=search)
    return verify(inputs, assignments, certificate, input_hash(inputs))


def _exchanged(*aims: AimCode) -> tuple[MatchInputs, Given, int]:
    """Two students with one educator who has a seat to spare, each where the other should be; and what that loses by lot."""
    offers = [an_offer(each, educator_id="e", educator_seats=3) for each in "ab"]
    inputs = a_round(offers, [a_request("r", "a", "b"), a_request("s", "b", "a")], aims=aims)
    best, worse = sorted(
        (given for given in everything(inputs) if len(given) == 2),
        key=lambda given: [offer.id for _, offer in given],
    )
    gains = Gains(inputs)
    pairs = [gains.of_pair(request, offer)[-1] for request, offer in product(inputs.requests, inputs.offers)]
    if gains.of_result(best) < gains.of_result(worse):
        best, worse = worse, best
    return inputs, worse, max(pairs[:2]) + max(pairs[2:]) - gains.of_result(worse)[-1]


def test_an_aim_that_is_pinned_twice_pays_for_nothing():
    """Its value would count as often as it is named, but what a team or a share pays for it only once."""
    inputs, worse, lost = _exchanged(AimCode.PLACED, AimCode.FRONTLINE_COVERAGE, AimCode.LOTTERY)
    assert lost > 0
    plain = Stage(until=1, pins=(), scale=(1, 1))
    price = {"frontline_coverage": (0, 0, -lost)}
    verdicts = [
        _said_of(inputs, worse, (plain, Stage(until=2, pins=pins, scale=(1, 1, 2), pinned=price)))
        for pins in ((1,), (1, 1), (1, 1, 1))
    ]
    assert verdicts == [Verdict((), (AimCode.LOTTERY,))] * 3


def test_where_an_aim_is_proved_only_since_values_are_whole_its_prices_say_nothing_of_those_after_it():
    inputs, worse, lost = _exchanged(AimCode.PLACED, AimCode.LOTTERY)
    assert lost > 0
    # The educator's spare seat makes half a student too many, and takes off the lottery what has to be hidden.
    price = (1, -lost)
    stage = Stage(until=1, pins=(), scale=(2, 1), offers={"a": price, "b": price}, educators={"e": price})
    assert _said_of(inputs, worse, (stage,)) == Verdict((), (AimCode.LOTTERY,))
    assert _said_of(inputs, worse, (), stage) == Verdict((), (AimCode.PLACED, AimCode.LOTTERY))
    unfinished = Stage(until=0, pins=(), scale=(1,))
    assert _said_of(inputs, worse, (unfinished,)) == Verdict((), (AimCode.LOTTERY,))
    assert _said_of(inputs, worse, (), unfinished) == Verdict((), (AimCode.PLACED, AimCode.LOTTERY))


RANKED = (AimCode.PLACED, AimCode.FIRST_PREFERENCE, AimCode.RANK_SUM, AimCode.LOTTERY)


@pytest.mark.parametrize("searched", [False, True])
@pytest.mark.parametrize(
    "circle",
    [
        Stage(until=3, pins=(0, 2), scale=(1,) * 4, pinned={"rank_sum": (0, 1, 0, 0)}),
        Stage(until=3, pins=(1,), scale=(1,) * 4, pinned={"first_preference": (0, 0, 9, 2**40)}),
    ],
)
def test_what_a_proof_takes_as_settled_is_proved_without_it(circle, searched):
    """Of all results with a sum of ranks of 4, or without a first preference, two second preferences are the best."""
    inputs, _, _ = _exchanged(*RANKED)
    (worse,) = [given for given in everything(inputs) if Gains(inputs).of_result(given)[:3] == (2, 0, -4)]
    placed = Stage(until=0, pins=(), scale=(1,))
    stages, search = ((placed,), circle) if searched else ((placed, circle), None)
    verdict = _said_of(inputs, worse, stages, search)
    assert not verdict.breaches
    assert verdict.unproved[0] is AimCode.FIRST_PREFERENCE


LEAVES = [
    Stage(until=1, pins=(), scale=(1, 1), offers={each: (price, 0) for each in "ab"})
    for price in (-3, -1, 0, 1, 2**64)
]


def test_no_tree_of_cuts_makes_a_result_without_students_the_best():
    """Though each of these prices would prove it of some part: of that without a seat, or without enough of them."""
    trees = [replace(cut, parts=parts) for cut in CUTS for parts in product(LEAVES, repeat=2)]
    one_seat, no_seats = CUTS[3], CUTS[1]
    nested = [
        replace(cut, parts=parts)
        for cut in (one_seat, no_seats)
        for inner in (one_seat, no_seats, CUTS[7])
        for leaves in product(LEAVES[1:4], repeat=2)
        for parts in (
            (LEAVES[3], replace(inner, parts=leaves)),
            (replace(inner, parts=leaves), LEAVES[1]),
        )
    ]
    for tree in (*trees, *nested):
        assert _said_of(THREE, (), (), tree).unproved == THREE.rules.aims, tree


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


def test_aims_are_proved_in_the_rounds_own_order_each_once_and_under_their_own_names():
    inputs, _, _ = _exchanged(*RANKED[:2], AimCode.FIRST_OR_SECOND, AimCode.WITHIN_LIST, *RANKED[2:])
    result = run_match(inputs)
    aims = result.certificate.aims
    assert len({each.value for each in aims[:4]}) == 1
    forged = [
        (*aims[:2], aims[3], aims[2], *aims[4:]),
        (*aims[:2], aims[3], *aims[3:]),
        (*aims[:2], *aims[3:]),
        (*aims, aims[-1]),
        (aims[-1], *aims[:-1]),
        (),
    ]
    for each in forged:
        certificate = replace(result.certificate, aims=each)
        verdict = verify(inputs, result.assignments, certificate, result.input_hash)
        assert [breach.code for breach in verdict.breaches] == ["aims_misstated"]
        assert verdict.unproved == inputs.rules.aims
    for at, each in enumerate(aims):
        turned = replace(
            result.certificate, aims=(*aims[:at], replace(each, least=not each.least), *aims[at + 1 :])
        )
        verdict = verify(inputs, result.assignments, turned, result.input_hash)
        assert verdict.breaches == (Breach("value_misstated", each.code),)


def test_what_is_not_allowed_or_not_so_is_not_proved_however_good_it_would_be():
    inputs = a_round(
        [an_offer("a"), an_offer("b")],
        [a_request(each, "a", "b", "c") for each in "rst"],
        aims=AIMS[:1] + AIMS[-1:],
    )
    result = run_match(inputs)
    first, second = result.assignments
    forged = {
        "places": (replace(first, request_id="r"), replace(second, request_id="s", offer_id=first.offer_id)),
        "request_twice": (first, first),
        "unknown": (first, replace(second, offer_id="c")),
        "rank_misstated": (first, replace(second, rank=3)),
        "minutes_misstated": (first, replace(second, mode=TravelMode.PUBLIC_TRANSPORT)),
    }
    for code, assignments in forged.items():
        verdict = verify(inputs, assignments, result.certificate, result.input_hash)
        assert code in {each.code for each in verdict.breaches}
        assert verdict.unproved == inputs.rules.aims
    looked_at = verify(inputs, (first, replace(second, review=True)), result.certificate, result.input_hash)
    assert looked_at.breaches == (Breach("minutes_misstated", second.request_id),)


def test_another_seed_or_another_order_of_aims_makes_it_another_round():
    inputs, _, _ = _exchanged(*RANKED)
    result, rules = run_match(inputs), inputs.rules
    others = (
        replace(rules, lottery_seed="drawn in private"),
        replace(rules, aims=(RANKED[0], RANKED[2], RANKED[1], RANKED[3])),
        replace(rules, aims=(RANKED[0], RANKED[3])),
    )
    for other in others:
        changed = replace(inputs, rules=other)
        by_old_name = verify(changed, result.assignments, result.certificate, result.input_hash)
        assert [each.code for each in by_old_name.breaches] == ["hash_misstated"]
        by_its_own = verify(changed, result.assignments, result.certificate, input_hash(changed))
        assert not by_its_own.holds
