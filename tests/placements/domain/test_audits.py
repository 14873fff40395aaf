"""How long an audit lives, and what its action plan makes of its status."""

from datetime import date

import pytest

from services.placements.domain.audits import (
    STOPS_MATCHING,
    AuditRating,
    AuditStatus,
    Rated,
    Standard,
    expires_on,
    faults_of,
    status_by_plan,
    steps_from,
)

DAY = date(2026, 9, 1)


def rated(**actions: date | None) -> list[Rated]:
    """Every standard satisfactory, but for those with an action, done on a day or not yet."""
    return [
        Rated(standard, AuditRating.REQUIRES_IMPROVEMENT, "Do it.", date(2026, 12, 1), actions[standard])
        if standard in actions
        else Rated(standard, AuditRating.SATISFACTORY)
        for standard in Standard
    ]


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        (DAY, date(2028, 9, 1)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2028, 2, 28)),
    ],
)
def test_an_audit_lives_for_24_months(made, ends):
    assert expires_on(made) == ends


def test_the_status_follows_the_action_plan():
    assert status_by_plan(rated()) is AuditStatus.OPEN
    assert status_by_plan(rated(pcf_coverage=None)) is AuditStatus.ACTION_PLAN_IN_PROGRESS
    assert (
        status_by_plan(rated(pcf_coverage=DAY, time_for_learning=None)) is AuditStatus.ACTION_PLAN_IN_PROGRESS
    )
    assert status_by_plan(rated(pcf_coverage=DAY)) is AuditStatus.ACTION_PLAN_COMPLETED


def test_an_action_lies_within_the_life_of_the_audit():
    assert faults_of(rated(pcf_coverage=None), DAY) == {}
    late = [each for each in rated() if each.standard is not Standard.PCF_COVERAGE]
    late.append(Rated(Standard.PCF_COVERAGE, AuditRating.REQUIRES_IMPROVEMENT, "Do it.", date(2028, 9, 1)))
    assert list(faults_of(late, DAY)) == ["/standards/8/action_due_on"]


def test_what_is_stopped_can_be_opened_and_what_is_open_can_be_stopped():
    for status in AuditStatus:
        allowed = steps_from(status)
        assert status not in allowed
        assert (AuditStatus.OPEN in allowed) == (status in STOPS_MATCHING)
