"""A repair begins at the earlier result and solves only what can move; what it says is proved all the same."""

import random
from dataclasses import replace

import pytest

from services.placements.domain.matching.aims import aims_of
from services.placements.domain.matching.canonical import canonical_hash
from services.placements.domain.matching.codes import AimCode, RepairWay
from services.placements.domain.matching.inputs import Held, MatchInputs, Member
from services.placements.domain.matching.model import Model, build_model
from services.placements.domain.matching.moving import moving_in
from services.placements.domain.matching.repair import as_it_is, repair
from services.placements.domain.matching.run import Matched, ground_of, matched, run_match
from services.placements.domain.matching.verify import Verdict, verify
from tests.placements.domain.matching.brute_force import best_by_trying
from tests.placements.domain.matching.rounds import (
    a_drawn_round,
    a_knotted_round,
    a_request,
    a_round,
    an_offer,
    rings,
)


def _had(inputs: MatchInputs) -> tuple[Held, ...]:
    done = matched(ground_of(inputs))
    return tuple(Held(request_id=each.request_id, offer_id=each.offer_id) for each in done.assignments)


def _later(inputs: MatchInputs, seed: int) -> MatchInputs:
    """The same round after a month: an educator lost, places taken back, a student gone, caps cut, groups declared."""
    chance = random.Random(seed)
    lost = inputs.offers[seed % len(inputs.offers)].educator_id
    offers = (
        replace(
            each,
            educator_eligible=each.educator_eligible and each.educator_id != lost,
            places=each.places - (chance.random() < 0.1),
        )
        for each in inputs.offers
    )
    requests = inputs.requests[1:]
    caps = (replace(each, seats=each.seats - (chance.random() < 0.2)) for each in inputs.rules.caps)
    return replace(
        inputs,
        offers=tuple(offers),
        requests=requests,
        rules=replace(inputs.rules, caps=tuple(caps)),
        members=tuple(Member(request_id=each.id, group=chance.choice("ab")) for each in requests),
    )


def _checked(done: Matched) -> Verdict:
    inputs = done.ground.inputs
    return verify(inputs, done.assignments, done.certificate, canonical_hash(inputs))


def _model(inputs: MatchInputs) -> Model:
    ground = ground_of(inputs)
    aims, pairs = aims_of(ground.inputs, ground.pairs), ground.pairs
    sizes = len(inputs.requests), len(inputs.offers)
    return build_model(*sizes, pairs, ground.limits, aims, held=ground.held)


@pytest.mark.parametrize("way", RepairWay)
def test_every_way_of_repairing_is_confirmed_by_the_checker_without_a_solver(way):
    for seed in range(5):
        for inputs in (a_drawn_round(seed, requests=18, offers=16), a_knotted_round(seed), rings(3)):
            assert _checked(repair(as_it_is(_later(inputs, seed), _had(inputs)), way)) == Verdict((), ()), (
                seed
            )


def test_fewest_moves_are_fewest_even_where_limits_no_longer_hold_what_was_there():
    crowded = 0
    for seed in range(30):
        inputs = a_drawn_round(seed, requests=5, offers=5)
        before = _had(inputs)
        now = replace(_later(inputs, seed), members=())
        here = tuple(each for each in before if each.request_id != inputs.requests[0].id)
        aims = (AimCode.PLACED, AimCode.KEPT, *inputs.rules.aims[1:])
        wanted = replace(now, previous=here, rules=replace(now.rules, aims=aims))
        _, offers = best_by_trying(wanted)
        after = repair(as_it_is(now, before), RepairWay.FEWEST_MOVES)
        assert {each.request_id: each.offer_id for each in after.assignments} == offers, seed
        filled = repair(as_it_is(now, before), RepairWay.FILL_ONLY)
        crowded += len(filled.ground.inputs.held) < len(here)
    assert crowded > 10


def test_where_everybody_is_held_nothing_is_left_to_solve_and_it_is_proved():
    inputs = a_drawn_round(3, requests=12, offers=20)
    held = _had(inputs)
    placed = {each.request_id for each in held}
    requests = tuple(each for each in inputs.requests if each.id in placed)
    inputs = replace(inputs, requests=requests, held=held)
    done = matched(ground_of(inputs))
    assert _checked(done) == Verdict((), ())
    assert {(each.request_id, each.offer_id) for each in done.assignments} == {
        (each.request_id, each.offer_id) for each in held
    }
    moving = moving_in(_model(inputs))
    assert len(moving.given) == len(held)
    assert all(row >= len(requests) + len(inputs.offers) for row in moving.rows)


def test_one_place_that_is_held_and_nothing_else_is_a_round_like_any_other():
    held = (Held(request_id="r", offer_id="a"),)
    aims = (AimCode.PLACED, AimCode.LOTTERY)
    inputs = replace(a_round([an_offer("a")], [a_request("r")], aims=aims), held=held)
    done = matched(ground_of(inputs))
    assert len(moving_in(done.model).columns) == 0
    assert _checked(done) == Verdict((), ())
    assert [each.offer_id for each in done.assignments] == ["a"]


def test_what_is_solved_for_is_the_students_who_can_move_and_the_offers_they_can_reach():
    offers = [an_offer("a", places=2), an_offer("b", places=2), an_offer("far", latitude=58.0)]
    requests = [a_request(name, max_travel_minutes=60) for name in ("free", "stays")]
    held = (Held(request_id="stays", offer_id="far"),)
    model = _model(replace(a_round(offers, requests, aims=(AimCode.PLACED, AimCode.LOTTERY)), held=held))
    moving = moving_in(model)
    assert moving.rows.tolist() == [0, 2, 3]
    assert moving.columns.tolist() == [0, 1]
    assert moving.levels.tolist() == [0, 0, 1]
    nobody = moving_in(_model(a_round(offers, requests, aims=(AimCode.PLACED, AimCode.LOTTERY))))
    assert (len(nobody.rows), len(nobody.columns)) == (len(model.row_upper), len(model.column_upper))


def test_who_is_held_where_a_rule_forbids_it_has_a_feasible_offer_only_where_another_is_left():
    offers = [an_offer("a", audit_allows=False), an_offer("b", latitude=58.0)]
    requests = [a_request("near", max_travel_minutes=60), a_request("anywhere"), a_request("waits")]
    held = (Held(request_id="near", offer_id="a"),)
    found = run_match(replace(a_round(offers, requests), held=held))
    assert found.outcome["without_feasible_offer"] == 1
    for seed in range(6):
        inputs = a_drawn_round(seed, requests=20, offers=18)
        now = _later(inputs, seed)
        kept = repair(as_it_is(now, _had(inputs)), RepairWay.FILL_ONLY).ground.inputs.held
        now = replace(now, held=kept, offers=tuple(replace(each, audit_allows=False) for each in now.offers))
        found = run_match(now)
        without = sum(not each.feasible for each in found.explanations)
        assert found.outcome["without_feasible_offer"] == without > 0
