"""Reading a policy from data."""

from typing import Any

import pytest

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.escalation.drafts import FACTS, faults_of_draft
from services.placements.domain.escalation.reading import read_policy
from services.placements.domain.vocabulary import ConcernLevel, Severity
from shared.errors import Invalid
from tests.placements.policies import a_policy, policy_data

POLICY = a_policy()


def faults(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read_policy(data)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def changed(kind: str, at: int, **members: Any) -> dict[str, Any]:
    data = policy_data()
    data[kind][at] = {**data[kind][at], **members}
    return data


def test_the_shipped_policy_has_every_rule_and_every_level_above_watch():
    assert set(POLICY.rules) == set(RuleCode)
    assert set(POLICY.levels) == set(ConcernLevel) - {ConcernLevel.WATCH}


def test_the_facts_of_every_rule_are_known_and_the_shipped_policy_would_be_a_good_draft():
    assert set(FACTS) == set(RuleCode)
    assert faults_of_draft(POLICY) == []


def test_every_level_tells_the_student():
    levels = [*POLICY.levels.values(), POLICY.immediate]
    assert all("student" in level.told for level in levels)
    assert all("student" in route.told for route in POLICY.routes.values())


def test_every_owner_has_a_lead():
    levels = [*POLICY.levels.values(), POLICY.immediate]
    owners = {who for level in levels for who in (level.owner, *level.owner_by_about.values())}
    assert owners <= set(POLICY.leads)


def test_a_misspelt_member_is_refused_and_not_silently_ignored():
    data = policy_data()
    data["levels"][1]["tolld"] = []
    assert faults(data) == [("/levels/1/tolld", "unknown_member")]


def test_a_fault_names_the_rule_it_is_in():
    with pytest.raises(Invalid) as refused:
        read_policy(changed("rules", 0, amber=[{"consecutive_unnotified": {"at_leats": 2}}]))
    assert [fault.detail for fault in refused.value.faults] == [
        "rule hub_absence: consecutive_unnotified must be one of at_least, above, below, is with a bound."
    ]


def test_all_faults_are_found_and_not_only_the_first():
    data = changed("rules", 3, about="weather")
    data["levels"][0]["steps"][0]["within"] = -1
    data["levels"][1]["next"] = "early_conversation"
    found = faults(data)
    assert ("/rules/3/about", "unknown_code") in found
    assert ("/levels/0/steps/0/within", "out_of_range") in found
    assert ("/levels/1/next", "not_higher") in found


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("policy", ("", "object_expected")),
        ({"version": 1}, ("/name", "missing")),
        (policy_data(opening_points=0), ("/opening_points", "out_of_range")),
        (policy_data(opening_points=True), ("/opening_points", "out_of_range")),
        (policy_data(points={"none": 0, "amber": 1}), ("/points", "bad_points")),
        (policy_data(points={"none": 1, "amber": 1, "red": 3}), ("/points", "bad_points")),
        (policy_data(points={"none": 0, "amber": "1", "red": 3}), ("/points/amber", "out_of_range")),
        (policy_data(ladder=[{"after": 1, "tell": ["owner"]}]), ("/ladder", "bad_ladder")),
        (policy_data(levels=[]), ("/levels", "missing")),
        (policy_data(rules={}), ("/rules", "list_expected")),
        (policy_data(leads={"tutor": "nobody"}), ("/leads", "unknown_code")),
        (changed("rules", 2, red=[]), ("/rules/2", "never_true")),
        (changed("rules", 2, red=[{"days": {"above": "many"}}]), ("/rules/2/red/days", "bad_comparison")),
        (changed("levels", 0, owner="owner"), ("/levels/0/owner", "role_expected")),
        (changed("levels", 0, told=["tutor", "tutor"]), ("/levels/0/told", "repeated")),
        (changed("levels", 0, steps=[]), ("/levels/0/steps", "nothing_due")),
        (changed("levels", 0, next=None), ("/levels/0/next", "missing")),
        (
            changed("levels", 3, steps=[{"code": "snooze_ends", "within": 1, "if_missed": "ladder"}]),
            ("/levels/3/steps/0/code", "engines_own"),
        ),
        (
            changed(
                "levels", 3, steps=[{"code": "panel", "within": 1, "if_missed": "ladder", "after": "papers"}]
            ),
            ("/levels/3/steps", "after_unknown"),
        ),
        (
            changed("levels", 0, steps=[{"code": "held", "within": 1, "if_missed": "next_level"}]),
            ("/levels/0/steps/0/why", "missing"),
        ),
    ],
)
def test_what_cannot_work_is_refused(data, expected):
    assert expected in faults(data)


@pytest.mark.parametrize(
    ("rule", "facts", "severity"),
    [
        ("hub_absence", {"consecutive_unnotified": 0, "unnotified_of_last_six": 0}, None),
        ("hub_absence", {"consecutive_unnotified": 1, "unnotified_of_last_six": 1}, Severity.NONE),
        ("hub_absence", {"consecutive_unnotified": 2, "unnotified_of_last_six": 2}, Severity.AMBER),
        ("hub_absence", {"consecutive_unnotified": 1, "unnotified_of_last_six": 3}, Severity.AMBER),
        ("hub_absence", {"consecutive_unnotified": 0, "unnotified_of_last_six": 3}, None),
        ("hub_absence", {"consecutive_unnotified": 3, "unnotified_of_last_six": 3}, Severity.RED),
        ("hub_attendance_low", {"attendance_percent": 79.9, "expected": 5}, Severity.AMBER),
        ("hub_attendance_low", {"attendance_percent": 80, "expected": 5}, None),
        ("hub_attendance_low", {"attendance_percent": 20, "expected": 4}, None),
        ("hub_attendance_low", {"attendance_percent": 59, "expected": 5}, Severity.RED),
        ("absence_run", {"days": 3}, None),
        ("absence_run", {"days": 4}, Severity.AMBER),
        ("educator_absent", {"working_days": 11, "is_replaced": True}, Severity.AMBER),
        ("educator_absent", {"working_days": 11, "is_replaced": False}, Severity.RED),
        ("educator_currency", {"status": "expiring"}, Severity.AMBER),
        ("educator_currency", {"status": "lapsed"}, Severity.RED),
        ("educator_currency", {"status": "current"}, None),
        ("midway_at_risk", {"recommendation": "at_risk"}, Severity.RED),
        ("raised_flag", {"is_urgent": False}, Severity.AMBER),
        ("student_flag", {"is_urgent": True}, Severity.RED),
        ("discrimination_report", {}, Severity.RED),
        ("safety_or_misconduct", {}, Severity.RED),
        ("energy_low", {"is_low": True, "week": 4}, Severity.NONE),
        ("setting_pattern", {"survey_mean": 2.9, "survey_answers": 4}, None),
        ("setting_pattern", {"survey_mean": 2.9, "survey_answers": 5}, Severity.AMBER),
        ("review_overdue", {"working_days": None}, None),
        ("days_behind", {"days": "many"}, None),
    ],
)
def test_facts_weigh_as_the_default_policy_says(rule, facts, severity):
    assert POLICY.rules[RuleCode(rule)].severity(facts) is severity
