"""A match run is exact, never breaks a rule, and says what it has not proved."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.placements.domain.matching.check import find_breaches, rules_broken
from services.placements.domain.matching.codes import AimCode, TravelMode
from services.placements.domain.matching.faults import ContradictoryInputs
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.run import run_match
from services.placements.domain.matching.verify import verify
from tests.placements.domain.matching.brute_force import best_by_trying
from tests.placements.domain.matching.readings import measures_of, places_of
from tests.placements.domain.matching.rounds import (
    a_drawn_round,
    a_knotted_round,
    a_request,
    a_round,
    an_offer,
    rings,
    three_limits_in_a_ring,
)

NEAR = (AimCode.PLACED, AimCode.TRAVEL_MINUTES, AimCode.FRONTLINE_COVERAGE, AimCode.LOTTERY)
ADULTS_FIRST = (AimCode.PLACED, AimCode.ADULTS, AimCode.FIRST_OR_SECOND, AimCode.CHILDRENS, AimCode.LOTTERY)
GENEROUS = (AimCode.PLACED, AimCode.WITHIN_LIST, AimCode.RANK_SUM, AimCode.TRAVEL_BANDS, AimCode.LOTTERY)


@pytest.mark.parametrize("block", range(10))
def test_every_aim_of_a_tiny_crossing_round_is_as_good_as_trying_everything(block):
    for seed in range(block * 70, block * 70 + 70):
        inputs = a_drawn_round(seed, requests=3 + seed % 4, offers=3 + seed % 3)
        vector, offers = best_by_trying(inputs)
        result = run_match(inputs)
        assert (measures_of(result), places_of(result)) == (vector, offers), seed


@pytest.mark.parametrize("block", range(4))
def test_every_aim_of_a_knotted_round_is_as_good_as_trying_everything(block):
    for seed in range(block * 75, block * 75 + 75):
        inputs = a_knotted_round(seed)
        vector, offers = best_by_trying(inputs)
        result = run_match(inputs)
        assert (measures_of(result), places_of(result)) == (vector, offers), seed


@pytest.mark.parametrize("aims", [NEAR, GENEROUS, ADULTS_FIRST])
def test_the_order_of_aims_is_data_of_the_round(aims):
    for seed in range(1000, 1030):
        inputs = a_drawn_round(seed, requests=5, offers=4)
        inputs = replace(inputs, rules=replace(inputs.rules, aims=aims))
        vector, offers = best_by_trying(inputs)
        result = run_match(inputs)
        assert (measures_of(result), places_of(result)) == (vector, offers), seed
        if seed % 10 == 0:
            assert verify(inputs, result.assignments, result.certificate, result.input_hash).holds


def test_limits_that_cross_in_a_ring_divide_no_student():
    for spare in (0, 1):
        inputs = three_limits_in_a_ring(spare=spare)
        vector, offers = best_by_trying(inputs)
        result = run_match(inputs)
        assert (measures_of(result), places_of(result)) == (vector, offers)


def test_where_prices_cannot_prove_what_whole_students_reach_the_parts_of_a_search_do():
    inputs = rings(3)
    result = run_match(inputs)
    assert (result.outcome["placed"], result.outcome["first_preference"]) == (3, 3)
    assert result.certificate.search is not None
    alone = [best_by_trying(rings(1))[0]] * 3
    reached = measures_of(result)
    # The rings have nothing to do with one another but for the lottery, so a round of three is three rounds.
    assert reached[:-1] == tuple(map(sum, zip(*alone, strict=True)))[:-1]
    assert all(aim.proved for aim in result.aims)
    assert verify(inputs, result.assignments, result.certificate, result.input_hash).holds


@settings(deadline=None, max_examples=30, database=None, derandomize=True)
@given(seed=st.integers(0, 10**6), requests=st.integers(0, 14), offers=st.integers(1, 14))
def test_nobody_is_in_a_forbidden_place_and_no_limit_is_passed(seed, requests, offers):
    inputs = a_drawn_round(seed, requests, offers)
    assert find_breaches(inputs, run_match(inputs).assignments) == ()


def test_an_educator_shared_by_two_offers_never_has_more_students_than_seats():
    offers = [
        an_offer("a", places=3, educator_id="e", educator_seats=2),
        an_offer("b", places=3, educator_id="e", educator_seats=2),
    ]
    result = run_match(a_round(offers, [a_request(f"r-{number}", "a", "b") for number in range(5)]))
    assert result.outcome["placed"] == 2


def test_one_more_seat_never_lowers_the_number_placed():
    for seed in range(20):
        inputs = a_drawn_round(seed, requests=12, offers=10)
        more = [an_offer("one-more"), *inputs.offers]
        before, after = run_match(inputs), run_match(replace(inputs, offers=tuple(more)))
        assert after.outcome["placed"] >= before.outcome["placed"]


def test_no_exchange_of_up_to_three_students_improves_a_result():
    """Sampled: three students give up their places, and no other way of placing them is better."""
    for seed in range(6):
        inputs = a_drawn_round(seed, requests=16, offers=15)
        result = run_match(inputs)
        three = {each.request_id for each in random.Random(seed).sample(result.assignments, 3)}
        held = [each for each in result.assignments if each.request_id not in three]
        others = tuple(Held(request_id=each.request_id, offer_id=each.offer_id) for each in held)
        rest = replace(inputs, held=others)
        assert places_of(run_match(rest)) == places_of(result)


def test_waiving_a_rule_never_lowers_the_number_placed():
    for seed in range(20):
        inputs = a_drawn_round(seed, requests=12, offers=10)
        waived = replace(inputs, rules=replace(inputs.rules, agreements=None, travel_cap_minutes=None))
        assert run_match(waived).outcome["placed"] >= run_match(inputs).outcome["placed"]


def test_no_chain_of_moves_makes_room_for_an_unplaced_student_where_limits_are_a_tree():
    """Every educator in one setting and no other caps: a search for augmenting paths, offer by offer, finds none."""
    for seed in range(8):
        drawn = a_drawn_round(seed, requests=30, offers=24)
        offers = tuple(
            replace(each, educator_seats=None, second_setting_id=None, second_organisation_id=None)
            for each in drawn.offers
        )
        inputs = replace(drawn, offers=offers, rules=replace(drawn.rules, caps=()))
        given = places_of(run_match(inputs))
        assert not _augmenting(inputs, given)


def _augmenting(inputs: MatchInputs, given: dict[str, str]) -> bool:
    offers = {each.id: each for each in inputs.offers}
    inside: dict[str, list[str]] = {}
    for request_id, offer_id in given.items():
        inside.setdefault(offer_id, []).append(request_id)
    possible = {
        request.id: [each.id for each in inputs.offers if not rules_broken(inputs, request, each)]
        for request in inputs.requests
    }
    waiting = [each for each in possible if each not in given]
    reached: set[str] = set()
    while waiting:
        for offer_id in possible[waiting.pop()]:
            if offer_id in reached:
                continue
            reached.add(offer_id)
            if len(inside.get(offer_id, ())) < offers[offer_id].places:
                return True
            waiting += inside[offer_id]
    return False


def test_out_of_time_a_run_says_which_aim_is_not_proved_and_breaks_no_rule():
    inputs = a_drawn_round(1, requests=60, offers=66)
    best = run_match(inputs)
    hurried = run_match(inputs, seconds=0.0)
    assert find_breaches(inputs, hurried.assignments) == ()
    assert not hurried.aims[0].proved
    assert (hurried.certificate.aims[0].bound or 0) >= best.aims[0].value
    assert hurried.certificate.aims[1].bound is None
    assert 0 < hurried.outcome["placed"] <= best.outcome["placed"]


def test_progress_names_every_aim_in_its_order():
    heard = []
    result = run_match(
        a_drawn_round(3, requests=20, offers=22), lambda aim, value: heard.append((aim, value))
    )
    assert heard == [(aim.code, aim.value) for aim in result.aims]


def test_a_round_without_offers_or_requests_has_a_result():
    nobody = run_match(a_round([an_offer("a")], []))
    nowhere = run_match(a_round([], [a_request("r")]))
    assert nobody.outcome["placed"] == nowhere.outcome["placed"] == 0
    assert nowhere.explanations[0].summary.startswith("You have not been matched in this run.")


def test_contradictory_inputs_are_refused_before_anything_is_solved():
    with pytest.raises(ContradictoryInputs) as refused:
        run_match(a_round([an_offer("a"), an_offer("a")], []))
    assert [fault.code for fault in refused.value.faults] == ["offer_repeated"]


def test_a_place_outside_the_list_is_reported_so_whatever_its_rank():
    offers = [an_offer("liked", is_statutory=False), an_offer("other")]
    result = run_match(a_round(offers, [a_request("r", "liked")], statutory_required=True))
    assert [(each.rank, each.outside_list) for each in result.assignments] == [(2, True)]
    assert (result.outcome["second_preference"], result.outcome["outside_list"]) == (0, 1)


def test_an_empty_list_is_no_way_to_the_front_of_the_queue():
    requests = [a_request("r-choosy", "a"), a_request("r-easy")]
    assert places_of(run_match(a_round([an_offer("a")], requests))) == {"r-choosy": "a"}


def test_the_journey_is_by_the_student_s_own_mode_and_long_ones_are_marked_for_review():
    far = an_offer("far", latitude=51.9)
    result = run_match(a_round([far], [a_request("r", can_drive=False)]))
    assert [(each.mode, each.review) for each in result.assignments] == [(TravelMode.PUBLIC_TRANSPORT, True)]
