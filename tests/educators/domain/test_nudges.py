from datetime import date

import pytest

from services.educators.domain.nudges import nudge_due

LAST = date(2025, 3, 7)


@pytest.mark.parametrize(
    ("today", "given", "expected"),
    [
        (date(2026, 9, 6), (), None),
        (date(2026, 9, 7), (), 18),
        (date(2026, 9, 8), (18,), None),
        (date(2026, 12, 6), (18,), None),
        (date(2026, 12, 7), (18,), 21),
        (date(2027, 2, 7), (18, 21), 23),
        (date(2027, 2, 8), (18, 21, 23), None),
        (date(2027, 2, 8), (), 23),
        (date(2027, 2, 8), (18,), 23),
        (date(2026, 12, 20), (23,), None),
        (date(2027, 3, 7), (), 23),
        (date(2027, 3, 8), (), None),
    ],
)
def test_a_nudge_is_due_after_18_21_and_23_months_while_there_is_time(today, given, expected):
    assert nudge_due(LAST, today, 24, given) == expected


def test_months_end_where_a_shorter_month_ends():
    assert nudge_due(date(2025, 8, 31), date(2027, 2, 28), 24, ()) == 18
