"""Working days in England: Monday to Friday less bank holidays and the closures of the organisations concerned.

A deadline of N working days runs to 17:00 in London on working day N, where day 0 is the day of the event; an event on a
closed day starts its clock on the next open one. Bank holidays come from the `holidays` library (England); one-off days that
were proclaimed after its release are given as overrides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
CLOSE_OF_DAY = time(17, 0)
ONE_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 366
_SATURDAY = 5


class NeverOpen(ValueError):
    """The closures leave no open day within a year: no deadline can be given."""


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of a year, substitute days included."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are open. `closed` adds days to weekends and bank holidays; `opened` overrides a bank holiday.

    `away` are open days on which one person is not there: what others owe is due all the same.
    """

    closed: frozenset[date] = field(default_factory=frozenset)
    opened: frozenset[date] = field(default_factory=frozenset)
    away: frozenset[date] = field(default_factory=frozenset)

    def with_closures(self, days: Iterable[date]) -> "Calendar":
        """The same calendar with more closed days: a day is open only where every organisation concerned is open."""
        return replace(self, closed=self.closed | frozenset(days))

    def without(self, days: Iterable[date]) -> "Calendar":
        """The same calendar for a person who is away on these days as well."""
        return replace(self, away=self.away | frozenset(days))

    def is_attended(self, day: date) -> bool:
        """Whether the person is at work on this day: it is a working day, and they are not away."""
        return day not in self.away and self.is_working_day(day)

    def is_working_day(self, day: date) -> bool:
        """Whether people are at work on this day."""
        if day.weekday() >= _SATURDAY or day in self.closed:
            return False
        return day in self.opened or day not in bank_holidays(day.year)

    def next_working_day(self, day: date) -> date:
        """The day itself when it is open, else the first open day after it."""
        for step in range(_LONGEST_CLOSURE):
            if self.is_working_day(day + step * ONE_DAY):
                return day + step * ONE_DAY
        raise NeverOpen("no open day within a year")

    def add_working_days(self, day: date, count: int) -> date:
        """The working day `count` (>= 0) working days after `day`. Never a closed day; adding a then b is adding a + b."""
        current = self.next_working_day(day)
        for _ in range(count):
            current = self.next_working_day(current + ONE_DAY)
        return current

    def subtract_working_days(self, day: date, count: int) -> date:
        """The working day `count` (>= 0) working days before `day`; a closed `day` counts from the open day before it."""
        current = self._last_working_day(day)
        for _ in range(count):
            current = self._last_working_day(current - ONE_DAY)
        return current

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not later."""
        days = (end - start).days
        return sum(self.is_working_day(start + step * ONE_DAY) for step in range(1, days + 1))

    def due_at(self, event_at: datetime, count: int) -> datetime:
        """The instant (UTC) by which something is due `count` working days after an aware `event_at`."""
        due_on = self.add_working_days(london_day(event_at), count)
        return datetime.combine(due_on, CLOSE_OF_DAY, LONDON).astimezone(UTC)

    def _last_working_day(self, day: date) -> date:
        for step in range(_LONGEST_CLOSURE):
            if self.is_working_day(day - step * ONE_DAY):
                return day - step * ONE_DAY
        raise NeverOpen("no open day within a year")


ENGLAND = Calendar()
"""England without any organisation's closures."""


def london_day(instant: datetime) -> date:
    """The day it is in London at an aware instant."""
    return instant.astimezone(LONDON).date()


def england(closed: Iterable[date] = ()) -> Calendar:
    """England's calendar with extra closed days."""
    return ENGLAND.with_closures(closed)
