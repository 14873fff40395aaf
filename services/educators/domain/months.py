"""Calendar months as guidance counts them: to the same day of a later month, or to its last day when there is none.

What was found is remembered: a batch of decisions asks about the same days many thousand times.
"""

from calendar import monthrange
from datetime import date
from functools import lru_cache

MONTHS_A_YEAR = 12


@lru_cache(maxsize=8192)
def add_months(day: date, months: int) -> date:
    """The day so many months later (or earlier, when negative): 31 August and six months is 28 or 29 February."""
    count = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(count, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """The latest day from which so many months have passed by `day`: 18 months before 28 February is 31 August."""
    earlier = add_months(day, -months)
    if day.day < monthrange(day.year, day.month)[1]:
        return earlier
    return earlier.replace(day=monthrange(earlier.year, earlier.month)[1])


@lru_cache(maxsize=8192)
def in_words(day: date) -> str:
    """A day as a person writes it: 7 September 2026."""
    return f"{day.day} {_NAMES[day.month - 1]} {day.year}"


_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
