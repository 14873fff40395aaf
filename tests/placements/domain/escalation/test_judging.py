"""Judging the escalation: shares with intervals, and rules that cry wolf."""

from datetime import UTC, datetime, timedelta

import pytest

from services.placements.domain.escalation.codes import Notice, Outcome
from services.placements.domain.escalation.judging import Judged, judge
from services.placements.domain.escalation.meetings import earliest, notice_given
from services.placements.domain.vocabulary import ConcernAbout
from shared.calendar import ENGLAND
from shared.ids import new_id

OPENED = datetime(2026, 9, 7, 9, tzinfo=UTC)
SETTING = new_id()


def a_concern(outcome: Outcome | None = Outcome.RESOLVED, **facts) -> Judged:
    usual = {
        "rule": "hub_absence",
        "about": ConcernAbout.WELLBEING,
        "setting_id": SETTING,
        "outcome": outcome,
        "opened_at": OPENED,
        "acknowledged_at": OPENED + timedelta(hours=10),
        "was_at_stage_two": False,
        "was_at_panel": False,
        "was_reopened": False,
        "due": 2,
        "on_time": 1,
    }
    return Judged(**{**usual, **facts})


@pytest.mark.parametrize(
    ("false", "others", "flagged"), [(16, 14, True), (15, 15, False), (16, 13, False), (0, 30, False)]
)
def test_a_rule_is_flagged_when_more_than_half_of_thirty_or_more_were_false_alarms(false, others, flagged):
    concerns = [a_concern(Outcome.FALSE_ALARM)] * false + [a_concern()] * others + [a_concern(None)] * 5
    (rule,) = judge(concerns).rules
    assert (rule.false_alarms.n, rule.is_flagged) == (false + others, flagged)


def test_averted_are_those_closed_before_stage_two_and_endings_are_counted_by_what_they_were_about():
    concerns = [
        a_concern(),
        a_concern(Outcome.ENDED_NO_FAULT, about=ConcernAbout.SETTING, was_at_stage_two=True),
        a_concern(Outcome.FAILED, was_at_stage_two=True, was_at_panel=True),
        a_concern(Outcome.FAILED, was_at_stage_two=True),
        a_concern(None, was_reopened=True, acknowledged_at=None),
    ]
    judged = judge(concerns)
    assert (judged.averted.count, judged.averted.n) == (1, 4)
    assert (judged.failed_with_full_process.count, judged.failed_with_full_process.n) == (1, 2)
    assert judged.ended_early_by_about == {"setting": 1, "wellbeing": 2}
    assert (judged.reopened.count, judged.acknowledged.count, judged.on_time.count) == (1, 4, 5)
    assert judged.median_hours_to_acknowledge == 10.0
    assert judged.by_setting[SETTING].count == 3


def test_of_no_concerns_nothing_is_said():
    judged = judge([])
    assert (judged.median_hours_to_acknowledge, judged.averted.share, judged.rules) == (None, None, ())


def test_notice_counts_working_days_over_a_bank_holiday_and_the_student_may_give_it_up():
    thursday = datetime(2026, 8, 27, 9, tzinfo=UTC)  # Monday 31 August 2026 is a bank holiday
    first = earliest(thursday, 5, ENGLAND)
    assert first.isoformat() == "2026-09-04"
    day_before = first - timedelta(days=1)
    assert notice_given(thursday, first, 5, ENGLAND, is_shortened=False) is Notice.KEPT
    assert notice_given(thursday, day_before, 5, ENGLAND, is_shortened=False) is Notice.NOT_KEPT
    assert notice_given(thursday, day_before, 5, ENGLAND, is_shortened=True) is Notice.SHORTENED_BY_STUDENT
    assert notice_given(None, first, 5, ENGLAND, is_shortened=False) is Notice.NOT_KEPT
    assert notice_given(None, first, 0, ENGLAND, is_shortened=False) is Notice.KEPT
