"""The working-day clock of the engine: every bank holiday of four years, both clock changes, closures that overlap."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.placements.domain.escalation.timing import Count, moved
from shared.calendar import ENGLAND, LONDON, england, london_day

BANK_HOLIDAYS = [
    *(date(2025, month, day) for month, day in [(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25)]),
    *(date(2025, 12, day) for day in (25, 26)),
    *(date(2026, month, day) for month, day in [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31)]),
    *(date(2026, 12, day) for day in (25, 28)),
    *(date(2027, month, day) for month, day in [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30)]),
    *(date(2027, 12, day) for day in (27, 28)),
    *(date(2028, month, day) for month, day in [(1, 3), (4, 14), (4, 17), (5, 1), (5, 29), (8, 28)]),
    *(date(2028, 12, day) for day in (25, 26)),
]
"""England's, with the substitutes of 2026, 2027 and 2028, as GOV.UK lists them or the Act of 1971 gives them."""


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def due_on(begins_at: datetime, within: int, calendar=ENGLAND) -> date:
    return london_day(Count(begins_at, within).due_at(calendar, ()))


@pytest.mark.parametrize("holiday", BANK_HOLIDAYS, ids=str)
def test_nothing_falls_due_on_a_bank_holiday_and_what_happens_on_one_starts_on_the_next_open_day(holiday):
    before = ENGLAND.subtract_working_days(holiday, 0)
    after = ENGLAND.next_working_day(holiday)
    assert before < holiday < after
    assert due_on(at(before), 1) == after
    assert due_on(at(holiday), 0) == after
    assert due_on(at(holiday), 1) == due_on(at(after), 1)


def test_four_years_have_exactly_these_bank_holidays():
    weekdays = [date(2025, 1, 1) + timedelta(days=n) for n in range(1461)]
    assert [day for day in weekdays if day.weekday() < 5 and not ENGLAND.is_working_day(day)] == BANK_HOLIDAYS


@pytest.mark.parametrize(
    ("begins", "within", "due"),
    [
        (at(date(2026, 10, 23)), 2, datetime(2026, 10, 27, 17, tzinfo=UTC)),
        (at(date(2026, 10, 22)), 1, datetime(2026, 10, 23, 16, tzinfo=UTC)),
        (at(date(2027, 3, 25)), 1, datetime(2027, 3, 30, 16, tzinfo=UTC)),
        (at(date(2027, 3, 24)), 1, datetime(2027, 3, 25, 17, tzinfo=UTC)),
    ],
)
def test_five_in_the_afternoon_is_five_in_london_on_both_sides_of_a_clock_change(begins, within, due):
    assert Count(begins, within).due_at(ENGLAND, ()) == due


@pytest.mark.parametrize("moment", [(16, 59), (17, 1), (23, 59)])
def test_day_nought_is_the_day_of_the_event_whatever_the_hour(moment):
    assert due_on(at(date(2026, 9, 11), *moment), 1) == date(2026, 9, 14)
    assert due_on(at(date(2026, 9, 12), *moment), 1) == date(2026, 9, 15)


def test_overlapping_closures_over_christmas_count_each_day_once():
    university = [date(2026, 12, 21) + timedelta(days=n) for n in range(14)]
    host = [date(2026, 12, 24) + timedelta(days=n) for n in range(6)]
    both = england(university).with_closures(host)
    assert due_on(at(date(2026, 12, 18), 16, 59), 2, both) == date(2027, 1, 5)
    assert due_on(at(date(2026, 12, 18)), 2, both) == due_on(at(date(2026, 12, 18)), 2, england(university))


def test_an_opened_day_brings_a_deadline_forward_but_leaves_a_whole_working_day():
    count = Count(at(date(2026, 9, 7)), 2)
    closed = england([date(2026, 9, 8), date(2026, 9, 9)])
    before = count.due_at(closed, ())
    assert moved(count, before, ENGLAND, (), at(date(2026, 9, 7), 10)) == at(date(2026, 9, 9), 17)
    assert moved(count, before, ENGLAND, (), at(date(2026, 9, 9), 18)) == at(date(2026, 9, 10), 17)
    assert moved(count, before, ENGLAND, (), at(date(2026, 9, 10), 18)) == before
