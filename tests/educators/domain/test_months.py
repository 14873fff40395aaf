from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.educators.domain.grounds import span_in_words
from services.educators.domain.months import add_months, in_words, months_before


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-15", 1, "2026-02-15"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-31", -2, "2025-11-30"),
        ("2026-01-01", -12, "2025-01-01"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_that_month(
    day: str, months: int, expected: str
) -> None:
    assert add_months(date.fromisoformat(day), months).isoformat() == expected


@given(day=st.dates(date(1900, 1, 1), date(2200, 1, 1)), months=st.integers(-600, 600))
def test_months_never_skip_a_month_and_lose_days_only_where_there_is_no_such_day(
    day: date, months: int
) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(
    st.dates(date(1900, 1, 1), date(2199, 1, 1)),
    st.dates(date(1900, 1, 1), date(2199, 1, 1)),
    st.integers(0, 60),
)
def test_a_later_day_never_runs_out_earlier(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


def test_days_and_spans_are_written_as_people_say_them() -> None:
    assert in_words(date(2026, 9, 7)) == "7 September 2026"
    assert [span_in_words(months) for months in (12, 24, 36, 18, 120)] == [
        "one year",
        "two years",
        "three years",
        "18 months",
        "120 months",
    ]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_so_many_months_before_a_day_is_the_latest_day_from_which_they_have_passed(day, months):
    latest = months_before(day, months)
    assert add_months(latest, months) <= day < add_months(latest + timedelta(days=1), months)
