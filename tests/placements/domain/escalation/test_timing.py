"""When steps are due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placements.domain.escalation.codes import StepCode
from services.placements.domain.escalation.timing import due_at, on_done, on_entering
from services.placements.domain.vocabulary import ConcernLevel
from shared.calendar import ENGLAND, LONDON, england, london_day
from tests.placements.policies import a_policy

POLICY = a_policy()
EARLY = POLICY.levels[ConcernLevel.EARLY_CONVERSATION]
STAGE_ONE = POLICY.levels[ConcernLevel.STAGE_ONE]
FULL_TIME = [1, 2, 3, 4, 5]
MONDAY = datetime(2026, 9, 7, 9, tzinfo=UTC)


def at_five(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 17, tzinfo=LONDON).astimezone(UTC)


def test_an_early_conversation_is_acknowledged_in_two_and_held_in_five_working_days():
    planned = {each.step: each.due_at for each in on_entering(EARLY, MONDAY, ENGLAND, FULL_TIME)}
    assert planned == {StepCode.ACKNOWLEDGE: at_five(2026, 9, 9), StepCode.HELD: at_five(2026, 9, 14)}


def test_its_note_is_due_two_days_and_its_review_ten_days_after_it_was_held():
    planned = {each.step: each.due_at for each in on_done(EARLY, StepCode.HELD, MONDAY, ENGLAND, FULL_TIME)}
    assert planned == {StepCode.NOTE: at_five(2026, 9, 9), StepCode.REVIEW: at_five(2026, 9, 21)}


def test_nothing_is_due_after_a_note():
    assert on_done(EARLY, StepCode.NOTE, MONDAY, ENGLAND, FULL_TIME) == ()


def test_a_stage_one_meeting_is_due_by_day_eight_and_optional_steps_are_not_planned():
    assert [each.due_at for each in on_entering(STAGE_ONE, MONDAY, ENGLAND, FULL_TIME)] == [
        at_five(2026, 9, 17)
    ]
    stage_two = POLICY.levels[ConcernLevel.STAGE_TWO]
    assert [each.step for each in on_entering(stage_two, MONDAY, ENGLAND, FULL_TIME)] == [StepCode.MEETING]


def test_a_plan_is_reviewed_ten_placement_days_later_by_the_students_own_pattern():
    (three_days_a_week,) = on_done(STAGE_ONE, StepCode.PLAN, MONDAY, ENGLAND, [1, 2, 3])
    assert three_days_a_week.due_at == at_five(2026, 9, 29)
    (no_pattern,) = on_done(STAGE_ONE, StepCode.PLAN, MONDAY, ENGLAND, [])
    assert no_pattern.due_at == at_five(2026, 9, 21)


def test_a_bank_holiday_and_a_closure_are_no_placement_days():
    step = STAGE_ONE.step(StepCode.PLAN_REVIEW)
    assert step is not None
    closed = england([datetime(2026, 12, 24, tzinfo=UTC).date()])
    begun = datetime(2026, 12, 21, 9, tzinfo=UTC)
    assert due_at(step, begun, closed, FULL_TIME) == at_five(2027, 1, 8)


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (datetime(2026, 9, 4, 15, 59, tzinfo=UTC), at_five(2026, 9, 8)),
        (datetime(2026, 9, 4, 16, 1, tzinfo=UTC), at_five(2026, 9, 8)),
        (datetime(2026, 9, 5, 12, tzinfo=UTC), at_five(2026, 9, 9)),
        (datetime(2026, 10, 23, 9, tzinfo=UTC), at_five(2026, 10, 27)),
        (datetime(2027, 3, 26, 9, tzinfo=UTC), at_five(2027, 4, 1)),
        (datetime(2026, 12, 23, 9, tzinfo=UTC), at_five(2026, 12, 29)),
    ],
    ids=["friday before five", "friday after five", "saturday", "clock change", "good friday", "christmas"],
)
def test_two_working_days_later_is_five_in_the_afternoon_in_london(event, due):
    acknowledge = EARLY.step(StepCode.ACKNOWLEDGE)
    assert acknowledge is not None
    assert due_at(acknowledge, event, ENGLAND, FULL_TIME) == due


@given(
    st.integers(0, 3 * 365 * 24).map(lambda hours: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
    st.sets(st.integers(1, 5)),
)
def test_a_placement_day_review_lands_on_a_working_day_of_the_pattern_at_five(begun, weekdays):
    step = STAGE_ONE.step(StepCode.PLAN_REVIEW)
    assert step is not None
    due = due_at(step, begun, ENGLAND, weekdays)
    assert due > begun
    assert ENGLAND.is_working_day(london_day(due))
    assert not weekdays or london_day(due).isoweekday() in weekdays
    assert due.astimezone(LONDON).time().hour == 17


@pytest.mark.parametrize("level", [*POLICY.levels.values(), POLICY.immediate], ids=lambda level: level.code)
def test_whatever_people_do_an_open_concern_always_has_something_due(level):
    by_decision = {StepCode.REVIEW, StepCode.PLAN_REVIEW}
    due = {each.step for each in on_entering(level, MONDAY, ENGLAND, FULL_TIME)}
    while can_be_done := due - by_decision:
        done = min(can_be_done)
        due = due - {done} | {each.step for each in on_done(level, done, MONDAY, ENGLAND, FULL_TIME)}
        assert due, f"nothing is due at {level.code} after {done}"
    assert due <= by_decision
