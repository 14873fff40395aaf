"""Every request is told why, and every claim in an explanation is true when it is tried."""

from dataclasses import replace
from typing import Any

import pytest

from services.placements.domain.matching.check import rules_broken
from services.placements.domain.matching.codes import (
    AimCode,
    ChangeKind,
    ConflictKind,
    LimitKind,
    RuleCode,
    WhyNot,
)
from services.placements.domain.matching.inputs import ConflictInput, MatchInputs
from services.placements.domain.matching.result import Explanation, MatchResult, SmallestChange
from services.placements.domain.matching.run import run_match
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer


def _explained(result: MatchResult, request_id: str = "r") -> Explanation:
    (found,) = [each for each in result.explanations if each.request_id == request_id]
    return found


def _change_of(inputs: MatchInputs, request_id: str = "r") -> SmallestChange:
    change = _explained(run_match(inputs), request_id).smallest_change
    assert change is not None
    return change


def test_every_request_has_an_explanation_in_words():
    inputs = a_drawn_round(6, requests=40, offers=30)
    result = run_match(inputs)
    assert [each.request_id for each in result.explanations] == [request.id for request in inputs.requests]
    for each in result.explanations:
        start = "You have been matched" if each.placed else "You have not been matched"
        assert each.summary.startswith(start)
        assert (each.smallest_change is None) == each.placed
        assert each.feasible == each.waterfall[-1].remaining


def test_the_words_for_a_student_name_nobody_else():
    inputs = a_drawn_round(9, requests=40, offers=30)
    ids = {offer.educator_id for offer in inputs.offers if offer.educator_id}
    ids |= {offer.id for offer in inputs.offers} | {request.id for request in inputs.requests}
    ids |= {request.student_id for request in inputs.requests}
    assert not any(name in each.summary for each in run_match(inputs).explanations for name in ids)


def test_an_offer_liked_better_is_answered_with_the_rule_the_limit_or_the_aim():
    offers = [
        an_offer("driver", requires_driver=True),
        an_offer("lapsed", educator_eligible=False, educator_reasons=("current_at_start",)),
        an_offer("taken", educator_id="e", educator_seats=1, places=2),
        an_offer("far", latitude=51.4),
        an_offer("near"),
    ]
    requests = [
        a_request("r", "driver", "lapsed", "taken", "far", "near", can_drive=False),
        a_request("rival", "taken"),
    ]
    aims = (AimCode.PLACED, AimCode.FIRST_PREFERENCE, AimCode.TRAVEL_BANDS, AimCode.LOTTERY)
    explanation = _explained(run_match(a_round(offers, requests, aims=aims)))
    reasons = {each.offer_id: each for each in explanation.passed_over}
    assert [each.rank for each in explanation.passed_over] == [1, 2, 3, 4]
    assert reasons["driver"].rules == (RuleCode.DRIVER,)
    assert reasons["lapsed"].educator_reasons == ("current_at_start",)
    assert [(each.kind, each.id) for each in reasons["taken"].limits] == [(LimitKind.EDUCATOR, "e")]
    assert (reasons["far"].reason, reasons["far"].aim) == (WhyNot.AIM, AimCode.TRAVEL_BANDS)
    assert "1 needs a driver" in explanation.summary
    assert "1 has no place left" in explanation.summary
    assert "current_at_start" not in explanation.summary


def test_an_offer_said_to_be_full_is_allowed_and_an_offer_said_to_be_forbidden_is_not():
    for seed in range(10):
        inputs = a_drawn_round(seed, requests=25, offers=20)
        requests = {request.id: request for request in inputs.requests}
        offers = {offer.id: offer for offer in inputs.offers}
        for each in run_match(inputs).explanations:
            for passed in each.passed_over:
                rules = rules_broken(inputs, requests[each.request_id], offers[passed.offer_id])
                assert rules == passed.rules
                assert bool(passed.limits) == (passed.reason is WhyNot.FULL)


def test_one_waiver_that_opens_a_free_place_is_the_smallest_change():
    offers = [an_offer("full"), an_offer("trust-1", organisation_id="trust")]
    requests = [a_request("r", "full"), a_request("rival", "full")]
    inputs = a_round(offers, requests, agreements=frozenset({("university", "council")}))
    unplaced = next(each for each in run_match(inputs).explanations if not each.placed)
    change = unplaced.smallest_change
    assert change is not None
    assert (change.kind, change.rule, change.offer_id) == (
        ChangeKind.WAIVE_RULE,
        RuleCode.AGREEMENT,
        "trust-1",
    )
    assert change.waived_by == "university_and_organisation"
    assert "1 offer would have room for you" in unplaced.summary


def test_without_a_waiver_the_bottleneck_is_the_smallest_change():
    inputs = a_round(
        [an_offer("a", educator_id="e", educator_seats=1, places=2)], [a_request("r"), a_request("q")]
    )
    (unplaced,) = [each for each in run_match(inputs).explanations if not each.placed]
    change = unplaced.smallest_change
    assert change is not None
    assert (change.kind, change.offer_id) == (ChangeKind.ONE_MORE_SEAT, "a")
    assert [(each.kind, each.id) for each in change.limits] == [(LimitKind.EDUCATOR, "e")]


def test_a_longer_journey_is_asked_of_the_student_only_within_the_round_s_cap():
    far = an_offer("far", latitude=51.3)
    own = _change_of(a_round([far], [a_request("r", max_travel_minutes=30)], travel_cap_minutes=120))
    cap = _change_of(a_round([far], [a_request("r", max_travel_minutes=30)], travel_cap_minutes=60))
    assert (own.rule, own.waived_by, cap.waived_by) == (RuleCode.TRAVEL, "student", "programme_manager")
    assert own.travel_minutes == 88


def test_a_declared_conflict_is_never_up_for_a_waiver():
    conflicts = (ConflictInput(kind=ConflictKind.SETTING, id="setting-of-a"),)
    inputs = a_round([an_offer("a")], [a_request("r", conflicts=conflicts)])
    assert _change_of(inputs).kind is ChangeKind.MORE_THAN_ONE


def test_what_needs_two_changes_is_said_to_need_more_than_one():
    offer = an_offer("a", requires_driver=True, audit_allows=False)
    assert _change_of(a_round([offer], [a_request("r", can_drive=False)])) == SmallestChange(
        kind=ChangeKind.MORE_THAN_ONE
    )


WAIVED_OFFER: dict[RuleCode, dict[str, Any]] = {
    RuleCode.AUDIT: {"audit_allows": True},
    RuleCode.EDUCATOR_ELIGIBLE: {"educator_eligible": True},
    RuleCode.DRIVER: {"requires_driver": False},
    RuleCode.CLEARANCE: {"clearances": ()},
}


@pytest.mark.parametrize("seed", range(12))
def test_a_change_that_is_claimed_to_place_one_more_student_does(seed):
    inputs = a_drawn_round(seed, requests=30, offers=22)
    result = run_match(inputs)
    for each in result.explanations:
        change = each.smallest_change
        if change is not None and change.kind is ChangeKind.WAIVE_RULE and change.rule in WAIVED_OFFER:
            waived = WAIVED_OFFER[change.rule]
            offers = tuple(replace(o, **waived) if o.id == change.offer_id else o for o in inputs.offers)
            assert run_match(replace(inputs, offers=offers)).outcome["placed"] > result.outcome["placed"]
        if change is not None and [limit.kind for limit in change.limits] == [LimitKind.PLACES]:
            offers = tuple(
                replace(o, places=o.places + 1) if o.id == change.offer_id else o for o in inputs.offers
            )
            if change.kind is ChangeKind.ONE_MORE_SEAT:
                assert run_match(replace(inputs, offers=offers)).outcome["placed"] > result.outcome["placed"]
