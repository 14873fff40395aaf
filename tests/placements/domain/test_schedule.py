"""The calendar of a placement: any pattern, closures and leave, and what it says of the days that are behind."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.placements.domain.life import rests_of
from services.placements.domain.progress import Recorded, WhyBehind, standing
from services.placements.domain.schedule import (
    NeverEnds,
    Pattern,
    Stretch,
    Terms,
    day_number,
    plan,
    single_days,
)
from services.placements.domain.vocabulary import DayKind, DayPart, PlacementStatus
from shared.calendar import ENGLAND, england

MONDAY = date(2026, 9, 14)
ONE_DAY = timedelta(days=1)
BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(2026, 2032))

days = st.dates(date(2026, 9, 1), date(2027, 6, 30))
stretches = st.builds(
    lambda first, more: Stretch(first, first + timedelta(days=more)), days, st.integers(0, 20)
)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    weekdays = draw(st.frozensets(st.integers(1, 7), min_size=1))
    return Terms(
        starts_on=draw(days),
        days_required=draw(st.integers(1, 130)),
        pattern=Pattern(weekdays, draw(st.frozensets(st.sampled_from(sorted(weekdays))))),
        leave=single_days(draw(st.lists(stretches, max_size=3)), date(2030, 1, 1)),
        rests=draw(st.lists(stretches, max_size=2)),
        calendar=england(single_days(draw(st.lists(stretches, max_size=4)), date(2030, 1, 1))),
    )


@settings(max_examples=150, deadline=None)
@given(terms())
def test_planned_days_are_as_many_as_required_and_none_is_on_a_closed_day(terms):
    planned = plan(terms)
    assert sum(day.halves for day in planned) == 2 * terms.days_required
    assert [day.on for day in planned] == sorted({day.on for day in planned})
    resting = {day for rest in terms.rests for day in rest.days(rest.last or rest.first)}
    for day in planned:
        assert day.on >= terms.starts_on
        assert day.on.isoweekday() in terms.pattern.weekdays
        assert day.on not in terms.leave | terms.calendar.closed | resting
        assert day.on not in BANK_HOLIDAYS
    assert planned[-1].number <= terms.days_required


@settings(max_examples=100, deadline=None)
@given(terms(), st.integers(0, 250))
def test_who_was_there_on_every_planned_day_is_not_behind_and_ends_as_planned(terms, later):
    today = terms.starts_on + timedelta(days=later)
    records = [
        Recorded(d.on, DayPart.DAY, DayKind.ATTENDED if d.halves == 2 else DayKind.HALF, True, d.on)
        for d in plan(terms, today)
        if d.on <= today
    ]
    where = standing(terms, records, today)
    assert (where.behind_by, where.forecast_end_on) == (0, where.planned_end_on)
    assert not where.reasons


@settings(max_examples=100, deadline=None)
@given(terms(), st.integers(1, 12))
def test_missed_days_are_made_up_at_the_end_on_open_days(terms, missed):
    planned = plan(terms)
    if len(planned) <= missed + 1:
        return
    today = planned[missed].on
    records = [Recorded(d.on, DayPart.DAY, DayKind.SICK, False, d.on) for d in planned[:missed]]
    records.append(Recorded(today, DayPart.DAY, DayKind.ATTENDED, False, today))
    where = standing(terms, records, today)
    lost = sum(d.halves for d in planned[:missed])
    assert where.reasons.get(WhyBehind.SICKNESS, 0) == lost
    assert (
        where.forecast_end_on > where.planned_end_on or planned[missed].halves == 1 or planned[-1].halves == 1
    )
    assert terms.is_open(where.forecast_end_on)


def test_half_days_count_a_half_and_only_half_of_the_last_day_may_be_left():
    terms = Terms(starts_on=MONDAY, days_required=3, pattern=Pattern(frozenset({1, 2, 3}), frozenset({1})))
    assert [(d.on.day, d.halves, d.number) for d in plan(terms)] == [
        (14, 1, 1),
        (15, 2, 1),
        (16, 2, 2),
        (21, 1, 3),
    ]


def test_a_bank_holiday_a_closure_and_leave_move_the_days_behind_them():
    weekdays = Pattern(frozenset({1, 2, 3, 4, 5}))
    christmas = Terms(
        starts_on=date(2026, 12, 24),
        days_required=3,
        pattern=weekdays,
        leave=frozenset({date(2026, 12, 29)}),
        calendar=england([date(2026, 12, 30)]),
    )
    assert [d.on for d in plan(christmas)] == [date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 4)]


def test_a_weekend_is_open_where_the_pattern_says_so_but_not_on_a_bank_holiday():
    terms = Terms(starts_on=date(2026, 12, 25), days_required=2, pattern=Pattern(frozenset({6})))
    # Boxing Day 2026 is a Saturday.
    assert [d.on for d in plan(terms)] == [date(2027, 1, 2), date(2027, 1, 9)]


def test_an_open_rest_moves_the_end_day_by_day_until_the_placement_goes_on():
    terms = Terms(
        starts_on=MONDAY,
        days_required=20,
        pattern=Pattern(frozenset({1, 2, 3, 4, 5})),
        rests=rests_of([(PlacementStatus.ACTIVE, MONDAY), (PlacementStatus.PAUSED, date(2026, 9, 21))]),
    )
    ends = [plan(terms, date(2026, 9, 21) + n * ONE_DAY)[-1].on for n in range(5)]
    assert ends == [date(2026, 10, 12) + n * ONE_DAY for n in range(5)]


def test_rests_end_on_the_day_before_the_placement_goes_on():
    paused, active, suspended = PlacementStatus.PAUSED, PlacementStatus.ACTIVE, PlacementStatus.SUSPENDED
    steps = [
        (active, MONDAY),
        (paused, date(2026, 9, 21)),
        (suspended, date(2026, 9, 24)),
        (active, date(2026, 9, 28)),
        (paused, date(2026, 10, 5)),
    ]
    assert rests_of(steps) == (Stretch(date(2026, 9, 21), date(2026, 9, 27)), Stretch(date(2026, 10, 5)))


def test_a_placement_that_is_always_closed_is_refused_and_does_not_plan_for_ever():
    closed = england(MONDAY + n * ONE_DAY for n in range(5000))
    with pytest.raises(NeverEnds):
        plan(Terms(starts_on=MONDAY, days_required=1, pattern=Pattern(frozenset({1})), calendar=closed))


def test_a_day_nobody_recorded_counts_as_missed_only_after_four_weeks():
    terms = Terms(starts_on=MONDAY, days_required=70, pattern=Pattern(frozenset({1, 2, 3, 4, 5})))
    in_time = standing(terms, [], MONDAY + timedelta(days=27))
    assert (in_time.behind_by, len(in_time.unrecorded)) == (0, 20)
    late = standing(terms, [], MONDAY + timedelta(days=29))
    assert (late.behind_by, late.reasons) == (2, {WhyBehind.NOT_RECORDED: 4})


def test_the_date_of_a_placement_day_follows_the_pattern():
    planned = plan(
        Terms(starts_on=MONDAY, days_required=10, pattern=Pattern(frozenset({1, 3})), calendar=ENGLAND)
    )
    assert day_number(planned, 10) == date(2026, 10, 14)
    assert day_number(planned, 99) == planned[-1].on
