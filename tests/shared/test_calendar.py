from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import ENGLAND, NeverOpen, bank_holidays, england, london_day

DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        "2025-12-25",
        "2025-12-26",
        "2026-04-03",
        "2026-04-06",
        "2026-05-04",
        "2026-05-25",
        "2026-08-31",
        "2026-12-28",
    ],
)
def test_bank_holidays_and_their_substitutes_are_closed(day):
    assert not ENGLAND.is_working_day(date.fromisoformat(day))


def test_scotlands_second_of_january_is_a_working_day_in_england():
    assert ENGLAND.is_working_day(date(2026, 1, 2))


@pytest.mark.parametrize(
    ("event", "count", "due"),
    [
        ("2026-09-04T16:59:00+01:00", 1, "2026-09-07T16:00:00Z"),
        ("2026-09-04T17:01:00+01:00", 1, "2026-09-07T16:00:00Z"),
        ("2026-09-05T10:00:00+01:00", 2, "2026-09-09T16:00:00Z"),
        ("2026-12-24T09:00:00+00:00", 2, "2026-12-30T17:00:00Z"),
        ("2026-10-23T09:00:00+01:00", 1, "2026-10-26T17:00:00Z"),
        ("2026-03-27T09:00:00+00:00", 1, "2026-03-30T16:00:00Z"),
        ("2026-06-30T23:30:00Z", 0, "2026-07-01T16:00:00Z"),
    ],
    ids=[
        "friday before five",
        "friday after five",
        "saturday",
        "christmas",
        "clocks back",
        "clocks on",
        "past midnight",
    ],
)
def test_a_deadline_ends_at_five_in_london(event, count, due):
    assert ENGLAND.due_at(datetime.fromisoformat(event), count) == datetime.fromisoformat(due)


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_adding_working_days_is_additive_and_never_lands_on_a_closed_day(day, first, second):
    once = ENGLAND.add_working_days(day, first + second)
    assert once == ENGLAND.add_working_days(ENGLAND.add_working_days(day, first), second)
    assert ENGLAND.is_working_day(once)


@given(DAYS, st.integers(0, 60))
def test_counting_undoes_adding(day, count):
    start = ENGLAND.next_working_day(day)
    assert ENGLAND.working_days_between(start, ENGLAND.add_working_days(start, count)) == count
    assert ENGLAND.subtract_working_days(ENGLAND.add_working_days(start, count), count) == start


@given(DAYS, st.integers(0, 20), st.sets(st.integers(0, 40), max_size=20))
def test_more_closures_never_make_a_deadline_earlier(day, count, offsets):
    closed = england(day + timedelta(days=n) for n in offsets)
    assert closed.add_working_days(day, count) >= ENGLAND.add_working_days(day, count)


def test_a_proclaimed_working_day_overrides_a_bank_holiday():
    holiday = min(bank_holidays(2026))
    assert type(ENGLAND)(opened=frozenset({holiday})).is_working_day(holiday)


def test_a_place_that_never_opens_is_said_to_be_so():
    with pytest.raises(NeverOpen):
        england(date(2026, 1, 1) + timedelta(days=n) for n in range(800)).next_working_day(date(2026, 1, 1))


def test_the_day_is_londons():
    assert london_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)
