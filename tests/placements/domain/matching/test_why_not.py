"""What an explanation claims about another result is tried: the pair is forced and the round matched again."""

from dataclasses import replace

import pytest

from services.placements.domain.matching.aims import aims_of
from services.placements.domain.matching.check import rules_broken
from services.placements.domain.matching.codes import AimCode, RuleCode, WhyNot
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.model import build_model
from services.placements.domain.matching.prove import first_losses
from services.placements.domain.matching.result import MatchResult
from services.placements.domain.matching.run import ground_of, run_match
from services.placements.domain.matching.solve import nobody_listens, solve
from tests.placements.domain.matching.rounds import (
    a_drawn_round,
    a_knotted_round,
    a_request,
    a_round,
    an_offer,
)


def _forced(inputs: MatchInputs, request_id: str, offer_id: str) -> MatchResult:
    held = tuple(each for each in inputs.held if each.request_id != request_id)
    return run_match(replace(inputs, held=(*held, Held(request_id=request_id, offer_id=offer_id))))


def _worse_by(base: MatchResult, other: MatchResult) -> tuple[AimCode, int] | None:
    """The first aim at which the other result is worse, and by how much."""
    for before, after in zip(base.aims, other.aims, strict=True):
        worse = after.value - before.value if before.least else before.value - after.value
        if worse:
            return before.code, worse
    return None


def _order(inputs: MatchInputs) -> list[AimCode]:
    return list(inputs.rules.aims)


@pytest.mark.parametrize("seed", range(6))
def test_a_bound_on_what_others_lose_is_never_more_than_they_lose(seed):
    inputs = a_drawn_round(seed, requests=24, offers=18)
    base, tried = run_match(inputs), 0
    own = {each.request_id: each for each in base.assignments}
    for told in base.explanations:
        for passed in told.passed_over:
            if passed.reason is not WhyNot.FULL or passed.aim is None or tried >= 12:
                continue
            tried += 1
            forced = _forced(inputs, told.request_id, passed.offer_id)
            lost = _worse_by(base, forced)
            assert lost is not None
            at, claimed = _order(inputs).index(lost[0]), _order(inputs).index(passed.aim)
            if passed.aim is AimCode.PLACED:
                others = sum(each.request_id != told.request_id for each in base.assignments)
                assert others - (len(forced.assignments) - 1) >= passed.others_lose
            elif at >= claimed:
                gain = _worth(passed.aim, passed.rank) - _worth(passed.aim, _rank(own, told.request_id))
                total = lost[1] if at == claimed else 0
                assert total + gain >= passed.others_lose
    assert tried


def _rank(own, request_id: str) -> int | None:
    return own[request_id].rank if request_id in own else None


def _worth(aim: AimCode, rank: int | None) -> int:
    """What one student at this rank adds to an aim that counts preferences; the seeds draw no other claims."""
    if aim is AimCode.RANK_SUM:
        return -(rank or 0)
    met = {
        AimCode.FIRST_PREFERENCE: (1,),
        AimCode.FIRST_OR_SECOND: (1, 2),
        AimCode.WITHIN_LIST: range(1, 99),
    }
    return int(rank is not None and rank in met[aim])


@pytest.mark.parametrize("inputs", [a_drawn_round(40, 14, 11), a_drawn_round(41, 16, 10), a_knotted_round(3)])
def test_no_pair_is_said_to_cost_the_round_more_than_it_does(inputs):
    ground = ground_of(inputs)
    aims = aims_of(ground.inputs, ground.pairs)
    sizes = len(ground.inputs.requests), len(ground.inputs.offers)
    model = build_model(*sizes, ground.pairs, ground.limits, aims, held=ground.held)
    solution = solve(model, ground.limits, nobody_listens)
    losses = first_losses(model, solution)
    base = run_match(inputs)
    for pair in range(0, len(ground.pairs), 7):
        if losses.first[pair] == len(aims):
            continue
        request = ground.inputs.requests[ground.pairs.requests[pair]].id
        offer = ground.inputs.offers[ground.pairs.offers[pair]].id
        lost = _worse_by(base, _forced(inputs, request, offer))
        assert lost is not None
        at = _order(inputs).index(lost[0])
        assert at <= losses.first[pair]
        if at == losses.first[pair]:
            assert lost[1] >= losses.amount[pair]


def test_what_survives_the_waterfall_are_exactly_the_feasible_pairs():
    inputs = a_drawn_round(12, requests=40, offers=30)
    offers = inputs.offers
    for told, request in zip(run_match(inputs).explanations, inputs.requests, strict=True):
        broken = [rules_broken(inputs, request, offer) for offer in offers]
        assert told.waterfall[-1].remaining == told.feasible == sum(not rules for rules in broken)
        for step in told.waterfall:
            assert step.forbids == sum(step.code in rules for rules in broken)
            assert step.alone == sum(rules == (step.code,) for rules in broken)
            assert step.removed == sum(bool(rules) and rules[0] is step.code for rules in broken)


def test_a_waived_rule_opens_exactly_the_offers_that_it_alone_forbade():
    inputs = a_drawn_round(14, requests=30, offers=24)
    for told in run_match(inputs).explanations[:12]:
        for step in told.waterfall:
            if step.code is RuleCode.CONFLICT:
                continue  # A declared conflict is never up for a waiver.
            requests = tuple(
                replace(each, waived=(step.code,)) if each.id == told.request_id else each
                for each in inputs.requests
            )
            pairs = ground_of(replace(inputs, requests=requests)).pairs
            at = [each.id for each in sorted(requests, key=lambda r: r.id)].index(told.request_id)
            assert pairs.starts[at + 1] - pairs.starts[at] == told.feasible + step.alone


def test_each_alternative_is_counted_at_one_aim():
    inputs = a_drawn_round(13, requests=40, offers=34)
    for told in run_match(inputs).explanations:
        assert sum(told.alternatives.values()) == (told.feasible - 1 if told.placed else 0)


def test_an_offer_that_only_a_better_placed_student_could_give_up_says_what_they_would_lose():
    offers = [an_offer("wanted"), an_offer("other")]
    requests = [a_request("a", "wanted"), a_request("b", "wanted", "other")]
    base = run_match(a_round(offers, requests))
    (second,) = [each for each in base.explanations if each.assignment and each.assignment.rank == 2]
    (passed,) = second.passed_over
    assert (passed.reason, passed.aim, passed.others_lose) == (WhyNot.FULL, AimCode.FIRST_PREFERENCE, 1)
    assert (
        "To give you your first preference, at least 1 other student would lose their first preference."
        in (second.summary)
    )
