"""Who knows how the checker reckons cannot make a worse result pass for the best, nor one that is not what it says."""

from dataclasses import replace
from itertools import product

import pytest

from services.placements.domain.matching.canonical import input_hash
from services.placements.domain.matching.certificate import AimProof, Certificate, Fork, Price, Stage
from services.placements.domain.matching.check import Breach, rank_of, straight_minutes
from services.placements.domain.matching.codes import MINIMISED_AIMS, AimCode, TravelMode
from services.placements.domain.matching.gains import Gains
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.journey import travel_mode
from services.placements.domain.matching.result import Assignment
from services.placements.domain.matching.run import run_match
from services.placements.domain.matching.verify import Verdict, verify
from tests.placements.domain.matching.brute_force import Given, everything
from tests.placements.domain.matching.forgeries import CUTS, THREE
from tests.placements.domain.matching.rounds import a_request, a_round, an_offer


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
    gains = Gains(inputs)
    worse, _ = sorted((given for given in everything(inputs) if len(given) == 2), key=gains.of_result)
    pairs = [gains.of_pair(request, offer)[-1] for request, offer in product(inputs.requests, inputs.offers)]
    return inputs, worse, max(pairs[:2]) + max(pairs[2:]) - gains.of_result(worse)[-1]


def test_an_aim_that_is_pinned_twice_pays_for_nothing():
    """Its value would count as often as it is named, but what a team or a share pays for it only once."""
    inputs, worse, lost = _exchanged(AimCode.PLACED, AimCode.FRONTLINE_COVERAGE, AimCode.LOTTERY)
    assert lost > 0
    plain = Stage(until=1, pins=(), scale=(1, 1))
    price: dict[str, Price] = {"frontline_coverage": (0, 0, -lost)}
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


LEAVES: list[Fork | Stage] = [
    Stage(until=1, pins=(), scale=(1, 1), offers=dict.fromkeys("ab", (price, 0)))
    for price in (-3, -1, 0, 1, 2**64)
]


def test_no_tree_of_cuts_makes_a_result_without_students_the_best():
    """Though each of these prices would prove it of some part: of that without a seat, or without enough of them."""
    trees = [replace(cut, parts=(few, many)) for cut in CUTS for few, many in product(LEAVES, repeat=2)]
    nested = [
        tree
        for outer, inner in product(CUTS[1:4], CUTS[1:4])
        for few, many in product(LEAVES[1:4], repeat=2)
        for within in [replace(inner, parts=(few, many))]
        for tree in (replace(outer, parts=(LEAVES[3], within)), replace(outer, parts=(within, LEAVES[1])))
    ]
    for tree in (*trees, *nested):
        assert _said_of(THREE, (), (), tree).unproved == THREE.rules.aims, tree


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
    for listed in forged:
        certificate = replace(result.certificate, aims=listed)
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
        aims=(AimCode.PLACED, AimCode.LOTTERY),
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


def test_who_is_held_is_neither_left_out_nor_moved():
    inputs, _, _ = _exchanged(*RANKED)
    inputs = replace(inputs, held=(Held(request_id="r", offer_id="b"),))
    result = run_match(inputs)
    assert verify(inputs, result.assignments, result.certificate, result.input_hash).holds
    free = run_match(replace(inputs, held=()))
    for assignments in (result.assignments[1:], free.assignments):
        (breach,) = verify(inputs, assignments, free.certificate, result.input_hash).breaches
        assert breach == Breach("held_lost", "r")
