"""Sessions are planned on open days, alternate in kind, and follow the hub's rhythm."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hubs.domain.hubs import Cadence
from services.hubs.domain.planning import (
    PlannedSession,
    Rhythm,
    SessionKind,
    begins_at,
    plan_evenly,
    plan_sessions,
)
from shared.calendar import ENGLAND, Calendar

REFLECTIVE, PRACTICE = SessionKind.REFLECTIVE_SKILLS, SessionKind.PRACTICE_SKILLS
TUESDAYS = Rhythm(Cadence.WEEKLY, 2)

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
rhythms = st.builds(Rhythm, st.sampled_from(list(Cadence)), st.integers(1, 5))
closures = st.frozensets(st.dates(date(2020, 1, 1), date(2036, 1, 1)), max_size=60)


@given(rhythms, days, closures, st.integers(1, 40))
def test_a_session_is_never_on_a_closed_day_nor_on_another_weekday(rhythm, start, closed, count):
    calendar = Calendar(closed)
    for session in plan_sessions(rhythm, start, calendar, count=count):
        assert calendar.is_working_day(session.held_on)
        assert session.held_on.isoweekday() == rhythm.weekday
        assert session.held_on >= start


@given(rhythms, days, closures, st.integers(1, 40))
def test_kinds_alternate_and_numbers_rise_by_one_whatever_is_closed(rhythm, start, closed, count):
    sessions = plan_sessions(rhythm, start, Calendar(closed), count=count)
    assert [session.number for session in sessions] == list(range(1, len(sessions) + 1))
    assert all(one.kind.other == two.kind for one, two in pairwise(sessions))
    assert all(one.held_on < two.held_on for one, two in pairwise(sessions))


@given(rhythms, days, st.integers(1, 24))
def test_the_number_of_sessions_asked_for_is_the_number_planned(rhythm, start, count):
    assert len(plan_sessions(rhythm, start, ENGLAND, count=count)) == count


@given(rhythms, days, st.integers(0, 700))
def test_nothing_is_planned_after_the_last_day(rhythm, start, length):
    last = start + timedelta(days=length)
    assert all(session.held_on <= last for session in plan_sessions(rhythm, start, ENGLAND, ends_on=last))


@given(days, st.integers(1, 5), st.integers(2, 30))
def test_a_monthly_hub_meets_once_a_month_at_most(start, weekday, count):
    planned = plan_sessions(Rhythm(Cadence.MONTHLY, weekday), start, ENGLAND, count=count)
    months = [(session.held_on.year, session.held_on.month) for session in planned]
    assert len(months) == len(set(months))


@given(rhythms, days, closures, st.integers(1, 20), st.integers(1, 20))
def test_a_plan_made_in_two_parts_keeps_numbers_and_alternation(rhythm, start, closed, first, second):
    calendar = Calendar(closed)
    one = plan_sessions(rhythm, start, calendar, count=first)
    if one:
        two = plan_sessions(
            rhythm, one[-1].held_on + timedelta(days=1), calendar, count=second, after=one[-1]
        )
        assert [session.number for session in (*one, *two)] == list(range(1, len(one) + len(two) + 1))
        assert all(a.kind.other == b.kind for a, b in pairwise((*one, *two)))


def test_a_bank_holiday_is_skipped_and_the_next_kind_follows_a_week_later():
    mondays = plan_sessions(Rhythm(Cadence.WEEKLY, 1), date(2027, 3, 15), ENGLAND, count=3)
    assert [(session.held_on, session.kind) for session in mondays] == [
        (date(2027, 3, 15), REFLECTIVE),
        (date(2027, 3, 22), PRACTICE),
        (date(2027, 4, 5), REFLECTIVE),  # 29 March is Easter Monday
    ]


def test_a_fortnightly_hub_meets_a_week_later_when_its_day_is_closed_and_keeps_its_fortnights():
    calendar = ENGLAND.with_closures([date(2026, 9, 22)])
    planned = plan_sessions(Rhythm(Cadence.FORTNIGHTLY, 2), date(2026, 9, 8), calendar, count=3)
    assert [session.held_on for session in planned] == [
        date(2026, 9, 8),
        date(2026, 9, 29),
        date(2026, 10, 6),
    ]


def test_a_monthly_hub_keeps_to_the_second_tuesday():
    planned = plan_sessions(Rhythm(Cadence.MONTHLY, 2), date(2026, 9, 8), ENGLAND, count=4)
    assert [session.held_on for session in planned] == [
        date(2026, 9, 8),
        date(2026, 10, 13),
        date(2026, 11, 10),
        date(2026, 12, 8),
    ]


def test_a_hundred_day_placement_over_winter_gives_fourteen_to_eighteen_weekly_sessions():
    christmas = [date(2026, 12, 21) + timedelta(days=step) for step in range(14)]
    planned = plan_sessions(
        TUESDAYS, date(2026, 9, 21), ENGLAND.with_closures(christmas), ends_on=date(2027, 2, 5)
    )
    assert 14 <= len(planned) <= 18


def test_a_calendar_that_is_never_open_gives_no_session():
    always = Calendar(frozenset(date(2026, 9, 1) + timedelta(days=step) for step in range(2000)))
    assert plan_sessions(TUESDAYS, date(2026, 9, 1), always, count=5) == ()


@pytest.mark.parametrize(
    ("held_on", "instant"),
    [
        (date(2026, 10, 20), datetime(2026, 10, 20, 9, tzinfo=UTC)),
        (date(2026, 10, 27), datetime(2026, 10, 27, 10, tzinfo=UTC)),
    ],
)
def test_a_session_begins_at_the_same_time_by_londons_clock_in_summer_and_winter(held_on, instant):
    assert begins_at(held_on, time(10, 0)) == instant


def test_a_session_after_another_is_of_the_other_kind():
    before = PlannedSession(3, REFLECTIVE, date(2026, 9, 15))
    (only,) = plan_sessions(TUESDAYS, date(2026, 9, 16), ENGLAND, count=1, after=before)
    assert only == PlannedSession(4, PRACTICE, date(2026, 9, 22))


@given(days, st.integers(1, 5), closures, st.integers(1, 12))
def test_sessions_spread_evenly_are_open_days_in_order_and_alternate(start, weekday, closed, count):
    calendar, end = Calendar(closed), start + timedelta(days=140)
    sessions = plan_evenly(weekday, (start, end), calendar, count)
    assert len(sessions) == min(
        count, len(plan_sessions(Rhythm(Cadence.WEEKLY, weekday), start, calendar, ends_on=end))
    )
    assert all(calendar.is_working_day(one.held_on) and start <= one.held_on <= end for one in sessions)
    assert [one.number for one in sessions] == list(range(1, len(sessions) + 1))
    for one, following in pairwise(sessions):
        assert one.held_on < following.held_on
        assert one.kind is not following.kind


def test_a_peer_group_meets_three_times_in_a_seventy_day_placement_and_fourteen_to_eighteen_weeks_give_a_hub_as_many():
    autumn = date(2026, 9, 7)
    group = plan_evenly(2, (autumn, date(2026, 12, 11)), ENGLAND, 3)
    assert [one.held_on for one in group] == [date(2026, 9, 22), date(2026, 10, 27), date(2026, 11, 24)]
    hundred_days = date(2027, 1, 22)
    assert 14 <= len(plan_sessions(TUESDAYS, date(2026, 9, 21), ENGLAND, ends_on=hundred_days)) <= 18
