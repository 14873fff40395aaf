"""A result is repaired in three ways: nobody moves, as few as possible move, or as if nothing had been."""

from dataclasses import replace

import pytest

from services.placements.domain.matching.codes import AimCode, LimitKind, RepairWay
from services.placements.domain.matching.faults import find_faults
from services.placements.domain.matching.inputs import CapInput, Held, MatchInputs
from services.placements.domain.matching.repair import as_it_is, moves, repair
from services.placements.domain.matching.result import MatchResult
from services.placements.domain.matching.run import Matched, run_match
from tests.placements.domain.matching.brute_force import best_by_trying
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer


def _held(result: MatchResult | Matched) -> tuple[Held, ...]:
    return tuple(Held(request_id=each.request_id, offer_id=each.offer_id) for each in result.assignments)


def _without_an_educator(inputs: MatchInputs, seed: int) -> MatchInputs:
    lost = inputs.offers[seed % len(inputs.offers)].educator_id
    offers = (
        replace(each, educator_eligible=each.educator_eligible and each.educator_id != lost)
        for each in inputs.offers
    )
    return replace(inputs, offers=tuple(offers))


def _moved(before: tuple[Held, ...], after: Matched) -> int:
    return sum(each.from_offer_id is not None for each in moves(before, after.assignments))


@pytest.mark.parametrize("way", RepairWay)
def test_an_event_that_touches_nobody_changes_nothing(way):
    inputs = a_drawn_round(11, requests=40, offers=44)
    before = run_match(inputs)
    after = repair(as_it_is(inputs, _held(before)), way)
    assert moves(_held(before), after.assignments) == ()


def test_the_more_may_move_the_better_the_result_and_fill_only_moves_nobody():
    for seed in range(12):
        inputs = a_drawn_round(seed, requests=24, offers=22)
        before = _held(run_match(inputs))
        now = _without_an_educator(inputs, seed)
        after = {way: repair(as_it_is(now, before), way) for way in RepairWay}
        lost = {each for each in before if each not in _held(after[RepairWay.FILL_ONLY])}
        gone = {offer.id for offer in now.offers if not offer.educator_eligible}
        assert {each.offer_id for each in lost} <= gone
        placed = [after[way].outcome["placed"] for way in RepairWay]
        assert placed[0] <= placed[1] == placed[2]
        moved = [_moved(before, after[way]) for way in RepairWay]
        assert moved[0] <= moved[1] <= moved[2]


def test_no_way_of_placing_as_many_moves_fewer_than_fewest_moves():
    moved = 0
    for seed in range(60):
        inputs = a_drawn_round(seed, requests=5, offers=5)
        before = _held(run_match(inputs))
        now = replace(_without_an_educator(inputs, seed), previous=before)
        after = repair(as_it_is(now, before), RepairWay.FEWEST_MOVES)
        aims = (AimCode.PLACED, AimCode.KEPT, *inputs.rules.aims[1:])
        _, offers = best_by_trying(replace(now, rules=replace(now.rules, aims=aims)))
        assert {each.request_id: each.offer_id for each in after.assignments} == offers, seed
        moved += _moved(before, after)
    assert moved > 10


def test_matching_again_is_never_worse_than_filling_what_is_free():
    for seed in range(10):
        inputs = a_drawn_round(seed, requests=24, offers=22)
        before = _held(run_match(inputs))
        now = _without_an_educator(inputs, seed)
        again, filled = (
            tuple(-aim.value if aim.least else aim.value for aim in repair(as_it_is(now, before), way).aims)
            for way in (RepairWay.RE_OPTIMISE, RepairWay.FILL_ONLY)
        )
        assert again >= filled, seed


def test_what_is_held_stays_whatever_the_rules_say_today():
    offers = [an_offer("a", audit_allows=False), an_offer("b")]
    held = (Held(request_id="r", offer_id="a"),)
    inputs = replace(a_round(offers, [a_request("r", "b"), a_request("q", "b")]), held=held)
    result = run_match(inputs)
    assert [(each.request_id, each.offer_id) for each in result.assignments] == [("q", "b"), ("r", "a")]


def test_held_places_that_cannot_all_be_kept_are_named_before_a_run():
    offers = [an_offer("a", places=2, organisation_id="x"), an_offer("b", organisation_id="x")]
    caps = (CapInput(kind=LimitKind.ORGANISATION, id="x", seats=1),)
    inputs = a_round(offers, [a_request("r"), a_request("q")], caps=caps)
    held = (Held(request_id="r", offer_id="a"), Held(request_id="q", offer_id="b"))
    faults = find_faults(replace(inputs, held=(*held, Held(request_id="nobody", offer_id="a"))))
    assert [fault.code for fault in faults] == ["held_unknown", "held_over_limit"]


def test_an_integrated_offer_counts_in_both_organisations():
    offers = [
        an_offer("both", organisation_id="x", second_organisation_id="y", second_setting_id="other"),
        an_offer("one", organisation_id="y"),
    ]
    caps = (CapInput(kind=LimitKind.ORGANISATION, id="y", seats=1),)
    requests = [a_request("r-1", "both"), a_request("r-2", "one")]
    assert run_match(a_round(offers, requests)).outcome["placed"] == 2
    assert run_match(a_round(offers, requests, caps=caps)).outcome["placed"] == 1


def test_kept_is_an_aim_like_any_other():
    inputs = a_round([an_offer("a"), an_offer("b")], [a_request("r", "a", "b")])
    inputs = replace(inputs, previous=(Held(request_id="r", offer_id="b"),))
    kept = replace(inputs.rules, aims=(AimCode.PLACED, AimCode.KEPT, AimCode.RANK_SUM, AimCode.LOTTERY))
    assert run_match(inputs).assignments[0].offer_id == "a"
    assert run_match(replace(inputs, rules=kept)).assignments[0].offer_id == "b"
