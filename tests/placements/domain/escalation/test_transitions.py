"""The transition table of concerns."""

from datetime import UTC, datetime, timedelta

import pytest

from services.placements.domain.escalation.codes import Outcome, Recipient, RuleCode, StepCode, Why
from services.placements.domain.escalation.transitions import (
    Chase,
    Earlier,
    Opening,
    Rest,
    Resume,
    Rise,
    State,
    on_missed,
    on_signal,
    opening,
)
from services.placements.domain.signals import Signal, standing
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, Severity
from shared.calendar import ENGLAND
from tests.placements.policies import a_policy, policy_data

POLICY = a_policy()
NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
EARLY, ONE, TWO, PANEL = tuple(ConcernLevel)[1:]


def a_signal(
    rule: RuleCode, severity: Severity, about: ConcernAbout = ConcernAbout.WELLBEING, cause: str = "c"
) -> Signal:
    return Signal(rule, severity, about, cause, NOW, ENGLAND.due_at(NOW, 20))


AMBER = a_signal(RuleCode.HUB_ABSENCE, Severity.AMBER)
RED = a_signal(RuleCode.REVIEW_RAG, Severity.RED, ConcernAbout.PRACTICE_EDUCATION)


def at(level: ConcernLevel, *, immediate: bool = False) -> State:
    return State(level, ConcernAbout.WELLBEING, is_immediate=immediate)


def opened(signal: Signal, *others: Signal, earlier: Earlier | None = None) -> Opening | None:
    now = standing(POLICY, [signal, *others], NOW)
    return opening(POLICY, now, signal, earlier=earlier, at=NOW, calendar=ENGLAND)


@pytest.mark.parametrize(
    ("level", "step", "expected"),
    [
        (EARLY, StepCode.ACKNOWLEDGE, Rise(ONE, Why.NOT_ACKNOWLEDGED)),
        (EARLY, StepCode.HELD, Rise(ONE, Why.NOT_HELD)),
        (EARLY, StepCode.REVIEW, Rise(ONE, Why.NOT_RESOLVED)),
        (ONE, StepCode.MEETING, Rise(TWO, Why.NOT_HELD)),
        (ONE, StepCode.PLAN_REVIEW, Rise(TWO, Why.PLAN_NOT_MET)),
        (TWO, StepCode.MEETING, Rise(PANEL, Why.NOT_HELD)),
        (TWO, StepCode.PLAN_REVIEW, Rise(PANEL, Why.PLAN_NOT_MET)),
        (EARLY, StepCode.NOBODY_REACHED, Rise(ONE, Why.NOBODY_REACHED)),
        (PANEL, StepCode.NOBODY_REACHED, Rest()),
        (EARLY, StepCode.ACKNOWLEDGEMENT_ENDS, Resume()),
        (TWO, StepCode.SNOOZE_ENDS, Resume()),
        (EARLY, StepCode.PANEL, Rest()),
    ],
)
def test_a_missed_step_leads_where_the_policy_says(level, step, expected):
    assert on_missed(POLICY, at(level), step, 0) == expected


def test_the_ladder_tells_the_owner_then_the_deputy_then_the_lead_then_the_programme_manager():
    chased = [on_missed(POLICY, at(EARLY), StepCode.NOTE, rung) for rung in range(6)]
    owner, deputy, lead = Recipient.OWNER, Recipient.DEPUTY, Recipient.OWNERS_LEAD
    top = (Recipient.PROGRAMME_MANAGER, Recipient.COORDINATOR, Recipient.PRACTICE_EDUCATION_LEAD)
    assert chased == [
        Chase((owner,), 1),
        Chase((owner, deputy), 2),
        Chase((lead,), 2),
        Chase(top, 5),
        Chase(top, 5),
        Chase(top, 5),
    ]


def test_a_plan_that_is_never_made_climbs_the_ladder_and_then_a_level():
    steps = [on_missed(POLICY, at(ONE), StepCode.PLAN, rung) for rung in range(4)]
    assert [type(step) for step in steps] == [Chase, Chase, Chase, Rise]
    assert steps[3] == Rise(TWO, Why.PLAN_NOT_MADE)


def test_at_the_panel_everything_is_chased_and_nothing_rises():
    assert all(
        isinstance(on_missed(POLICY, at(PANEL), step.code, rung), Chase)
        for step in POLICY.levels[PANEL].steps
        for rung in range(8)
    )


def test_the_immediate_way_chases_its_decision_and_escalates_its_meeting():
    immediate = at(TWO, immediate=True)
    assert isinstance(on_missed(POLICY, immediate, StepCode.DECISION, 0), Chase)
    assert on_missed(POLICY, immediate, StepCode.MEETING, 0) == Rise(PANEL, Why.NOT_HELD)


@pytest.mark.parametrize("level", [EARLY, ONE, TWO, PANEL])
def test_an_amber_raises_nothing(level):
    assert on_signal(POLICY, at(level), AMBER, new_red=False) is None


def test_a_new_red_in_stage_one_leads_to_stage_two_and_nowhere_else():
    assert on_signal(POLICY, at(ONE), RED, new_red=True) == Rise(TWO, Why.NEW_RED, RuleCode.REVIEW_RAG)
    assert on_signal(POLICY, at(ONE), RED, new_red=False) is None
    assert [on_signal(POLICY, at(level), RED, new_red=True) for level in (EARLY, TWO, PANEL)] == [
        None,
        None,
        None,
    ]


def test_a_placement_at_risk_at_midway_goes_to_stage_one():
    at_risk = a_signal(RuleCode.MIDWAY_AT_RISK, Severity.RED, ConcernAbout.STUDENT_PROGRESS)
    expected = Rise(ONE, Why.RULE_OPENS_HIGHER, RuleCode.MIDWAY_AT_RISK)
    assert on_signal(POLICY, at(EARLY), at_risk, new_red=True) == expected
    assert on_signal(POLICY, at(TWO), at_risk, new_red=True) is None
    found = opened(at_risk)
    assert found is not None
    assert (found.level, found.why) == (ONE, Why.RULE_OPENS_HIGHER)


def test_a_matter_of_safety_goes_straight_to_stage_two_at_once():
    safety = a_signal(RuleCode.SAFETY_OR_MISCONDUCT, Severity.RED, ConcernAbout.SAFETY)
    for level in (EARLY, ONE, TWO):
        rise = on_signal(POLICY, at(level), safety, new_red=True)
        assert rise == Rise(TWO, Why.IMMEDIATE, RuleCode.SAFETY_OR_MISCONDUCT, is_immediate=True)
    assert on_signal(POLICY, at(PANEL), safety, new_red=True) == Rise(
        PANEL, Why.IMMEDIATE, RuleCode.SAFETY_OR_MISCONDUCT, is_immediate=True
    )
    assert on_signal(POLICY, at(TWO, immediate=True), safety, new_red=False) is None
    found = opened(safety)
    assert found is not None
    assert (found.level, found.is_immediate) == (TWO, True)


def test_a_signal_of_a_rule_the_concerns_policy_does_not_know_raises_nothing():
    without = a_policy(rules=[rule for rule in policy_data()["rules"] if rule["code"] != "review_rag"])
    assert on_signal(without, at(ONE), RED, new_red=True) is None


def test_one_amber_opens_nothing():
    assert opened(AMBER) is None


def test_three_ambers_of_different_causes_open_an_early_conversation():
    ambers = [a_signal(RuleCode.HUB_ABSENCE, Severity.AMBER, cause=str(n)) for n in range(3)]
    assert opened(ambers[0], *ambers[1:2]) is None
    assert opened(*ambers) == Opening(EARLY, Why.POINTS, RuleCode.HUB_ABSENCE, ConcernAbout.WELLBEING)


def test_one_red_opens_an_early_conversation_about_what_is_red():
    assert opened(RED, AMBER) == Opening(EARLY, Why.RED, RuleCode.REVIEW_RAG, ConcernAbout.PRACTICE_EDUCATION)


def test_a_signal_without_points_opens_nothing_even_beside_others():
    friendly = a_signal(RuleCode.HUB_ABSENCE, Severity.NONE, cause="other")
    assert opened(friendly, RED) is None


def earlier(opened_days: int, closed_days: int, outcome: Outcome = Outcome.RESOLVED) -> Earlier:
    return Earlier(NOW - timedelta(days=opened_days), NOW - timedelta(days=closed_days), outcome)


def test_a_signal_within_the_cool_down_reopens_the_concern():
    found = opened(AMBER, earlier=earlier(30, 14))
    assert found is not None
    assert (found.reopens, found.why) == (True, Why.REOPENED)
    assert opened(AMBER, earlier=earlier(30, 17)) is None


def test_a_second_opening_within_thirty_working_days_starts_at_stage_one():
    found = opened(RED, earlier=earlier(45, 20))
    assert found is not None
    assert (found.level, found.why) == (ONE, Why.OPENED_AGAIN)
    later = opened(RED, earlier=earlier(46, 20))
    assert later is not None
    assert later.level is EARLY


def test_a_false_alarm_does_not_make_the_next_concern_heavier():
    found = opened(RED, earlier=earlier(5, 1, Outcome.FALSE_ALARM))
    assert found is not None
    assert (found.level, found.reopens) == (EARLY, False)
