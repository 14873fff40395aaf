"""Differences on frozen inputs, other orders of aims, choosing in turn, one more place, and cutting one's list."""

from dataclasses import replace

import pytest

from services.placements.domain.matching.canonical import from_json, input_hash, to_json
from services.placements.domain.matching.check import find_breaches, rules_broken
from services.placements.domain.matching.codes import AimCode, LimitKind, RuleCode
from services.placements.domain.matching.dictatorship import in_turn
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.policies import ORDERS, policies, under
from services.placements.domain.matching.recruitment import candidates, confirmed, with_one_more
from services.placements.domain.matching.run import run_match
from services.placements.domain.matching.scenario import Scenario, WaiverInput, with_scenario
from services.placements.domain.matching.study import share_of_work
from services.placements.domain.matching.truncation import probe
from shared.errors import Invalid
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer, shuffled

CROWDED = a_round(
    [an_offer("a", educator_id="e", educator_seats=1)],
    [a_request("r", "a"), a_request("q", "a")],
    agreements=frozenset({("university", "council")}),
)


def placed(scenario: Scenario, inputs: MatchInputs = CROWDED) -> int:
    return run_match(with_scenario(inputs, scenario)).outcome["placed"]


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (Scenario(), 1),
        (Scenario(removed_offers=("a",)), 0),
        (Scenario(without_educators=("e",)), 0),
        (Scenario(added_offers=(an_offer("b"),)), 2),
        (Scenario(added_offers=(an_offer("b", organisation_id="trust"),)), 1),
        (
            Scenario(
                added_offers=(an_offer("b", organisation_id="trust"),), agreements=(("university", "trust"),)
            ),
            2,
        ),
        (Scenario(changed_offers={"a": {"placement_levels": ("first",)}}), 0),
        (
            Scenario(
                changed_offers={"a": {"placement_levels": ("first",)}},
                waivers=(WaiverInput(request_id="q", rule=RuleCode.LEVEL),),
            ),
            1,
        ),
        (Scenario(rules={"travel_cap_minutes": 1}), 0),
        (
            Scenario(
                rules={"travel_cap_minutes": 1},
                waivers=(WaiverInput(request_id="r", rule=RuleCode.TRAVEL),),
            ),
            1,
        ),
    ],
)
def test_every_kind_of_difference_counts(scenario, expected):
    assert placed(scenario) == expected


def test_a_difference_leaves_the_inputs_it_started_from_alone():
    before = input_hash(CROWDED)
    changed = with_scenario(CROWDED, Scenario(waivers=(WaiverInput(request_id="q", rule=RuleCode.TRAVEL),)))
    assert input_hash(CROWDED) == before != input_hash(changed)
    assert from_json(to_json(changed)).requests[0].waived == (RuleCode.TRAVEL,)


def test_every_fault_of_a_difference_is_named():
    scenario = Scenario(
        removed_offers=("x", "a"),
        changed_offers={"a": {"places": 3}},
        without_educators=("y",),
        waivers=(WaiverInput(request_id="z", rule=RuleCode.CONFLICT),),
    )
    with pytest.raises(Invalid) as refused:
        with_scenario(CROWDED, scenario)
    assert sorted(fault.code for fault in refused.value.faults) == [
        "changed_and_removed",
        "never_waived",
        "unknown_educator",
        "unknown_offer",
        "unknown_request",
    ]


def test_an_agreement_added_where_everybody_works_together_changes_nothing():
    everybody = replace(CROWDED, rules=replace(CROWDED.rules, agreements=None))
    changed = with_scenario(everybody, Scenario(agreements=(("university", "trust"),)))
    assert input_hash(changed) == input_hash(everybody)


def test_each_waiver_that_an_explanation_proposes_places_one_more_student_when_it_is_tried():
    tried = 0
    for seed in range(4):
        inputs = a_drawn_round(seed, requests=26, offers=18)
        base = run_match(inputs)
        for told in base.explanations:
            change = told.smallest_change
            if change is None or change.rule is None or change.limits or tried >= 16:
                continue
            tried += 1
            waiver = WaiverInput(request_id=told.request_id, rule=change.rule)
            assert placed(Scenario(waivers=(waiver,)), inputs) > base.outcome["placed"]
    assert tried >= 4


def test_orders_begin_with_placed_and_end_with_the_lottery_and_none_is_tried_twice():
    for own in (ORDERS["generous"], (AimCode.PLACED, AimCode.FIRST_OR_SECOND, AimCode.LOTTERY)):
        orders = [each.aims for each in policies(own)]
        assert len(set(orders)) == len(orders)
        assert {(aims[0], aims[-1]) for aims in orders} == {(AimCode.PLACED, AimCode.LOTTERY)}


def test_every_order_places_as_many_and_is_best_at_its_own_second_aim():
    inputs = a_drawn_round(5, requests=30, offers=26)
    results = {(p.name, p.fair): run_match(under(inputs, p)) for p in policies(ORDERS["first_or_second"])}
    assert len({each.outcome["placed"] for each in results.values()}) == 1
    fair, plain = results["own", True], results["own", False]
    reached = {aim.code: aim.value for aim in fair.aims}
    assert reached[AimCode.FIRST_OR_SECOND] == {a.code: a.value for a in plain.aims}[AimCode.FIRST_OR_SECOND]
    within = {name: each.outcome["within_list"] for (name, fair), each in results.items() if not fair}
    assert within["generous"] == max(within.values())


def test_choosing_in_turn_keeps_every_rule_and_every_limit_whatever_the_order_of_the_input():
    for seed in range(4):
        inputs = a_drawn_round(seed, requests=40, offers=34)
        chosen = in_turn(inputs)
        assert find_breaches(inputs, chosen) == ()
        assert in_turn(shuffled(inputs, seed)) == chosen
        assert len(chosen) <= run_match(inputs).outcome["placed"]


def test_who_chooses_in_turn_gains_nothing_by_a_false_list():
    inputs = a_drawn_round(3, requests=20, offers=14)
    honest = {each.request_id: each.rank for each in in_turn(inputs)}
    for request in inputs.requests:
        if len(request.preferences) < 2:
            continue
        cut = replace(request, preferences=request.preferences[:1])
        requests = tuple(cut if each.id == request.id else each for each in inputs.requests)
        got = {each.request_id: each for each in in_turn(replace(inputs, requests=requests))}
        if request.id in got and got[request.id].rank == 1 and not got[request.id].outside_list:
            assert honest[request.id] == 1


def test_whoever_chooses_in_turn_leaves_nothing_better_that_is_still_free():
    inputs = a_drawn_round(9, requests=20, offers=30)
    chosen = in_turn(inputs)
    placed_ones = {each.request_id for each in chosen}
    free = {offer.id for offer in inputs.offers} - {each.offer_id for each in chosen}
    wide = replace(inputs, rules=replace(inputs.rules, caps=()))
    educators = {offer.educator_id for offer in inputs.offers if offer.id not in free}
    for request in wide.requests:
        if request.id not in placed_ones:
            alone = [o for o in wide.offers if o.id in free and o.educator_id not in educators]
            capped = {cap.id for cap in inputs.rules.caps}
            alone = [o for o in alone if not capped & {o.setting_id, o.organisation_id}]
            assert all(rules_broken(wide, request, offer) for offer in alone)


def test_what_one_more_place_is_worth_is_what_a_new_match_says():
    inputs = a_drawn_round(2, requests=30, offers=18)
    base = run_match(inputs)
    wanted = candidates(inputs, base.assignments)
    assert wanted
    for (kind, id_), waiting in wanted[:4]:
        found = confirmed(inputs, base.aims, (kind, id_), waiting)
        again = run_match(with_one_more(inputs, kind, id_))
        assert found.gains[AimCode.PLACED] == again.outcome["placed"] - base.outcome["placed"] >= 0
        assert waiting >= 1


def test_one_more_seat_of_an_educator_counts_over_all_their_offers():
    two = [an_offer(name, educator_id="e", educator_seats=1) for name in ("a", "b")]
    inputs = a_round(two, [a_request("r", "a"), a_request("q", "b")])
    ((kind, id_), waiting), *_ = candidates(inputs, run_match(inputs).assignments)
    assert (kind, id_, waiting) == (LimitKind.EDUCATOR, "e", 1)
    assert run_match(with_one_more(inputs, kind, id_)).outcome["placed"] == 2


def test_cutting_one_s_list_to_the_first_choice_helps_one_student_in_twenty_at_most():
    sampled = gained = 0
    for seed in range(20, 25):
        inputs = a_drawn_round(seed, requests=40, offers=36)
        found = probe(inputs, run_match(inputs).assignments, 8)
        assert found.sampled == min(8, found.missed_first)
        sampled, gained = sampled + found.sampled, gained + found.gained
    assert sampled >= 20
    assert gained <= sampled * 0.05


@pytest.mark.parametrize(("requests", "expected"), [(0, 12), (60, 12), (1_000, 12), (2_000, 6), (10_000, 3)])
def test_a_large_round_gets_fewer_further_matches(requests, expected):
    assert share_of_work(12, 3, 12_000, requests) == expected
