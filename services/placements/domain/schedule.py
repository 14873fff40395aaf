"""The calendar of a placement: on which days it is planned, when it ends, and when it will end as things stand.

A day is open when it is one of the pattern's weekdays and neither a bank holiday, nor a closure of an organisation concerned,
nor agreed leave, nor within a rest (a pause or suspension). Days are laid out from the first on until they are as many as are
required; where only a half is left, the last one is a half. Counted in half days throughout, so that nothing is rounded.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from shared.calendar import ENGLAND, Calendar, bank_holidays
from shared.errors import Conflict

ONE_DAY = timedelta(days=1)
FARTHEST = timedelta(days=3660)
"""How far ahead days are looked for. Whoever is closed for ten years has no placement to plan."""

_WEEKEND = (6, 7)


class NeverEnds(Conflict):
    """The pattern and the closures leave no room for the days that are required."""

    def __init__(self) -> None:
        super().__init__("schedule_never_ends", "Weekdays, closures and leave leave no room for its days.")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from the first to the last, both counted; without a last one, until further notice."""

    first: date
    last: date | None = None

    def days(self, until: date) -> Iterator[date]:
        """Its days, up to `until` where it has no end."""
        last = until if self.last is None else min(self.last, until)
        for step in range((last - self.first).days + 1):
            yield self.first + step * ONE_DAY


@dataclass(frozen=True, slots=True)
class Pattern:
    """On which weekdays a student is there (ISO, Monday 1), and on which of those for half a day."""

    weekdays: frozenset[int]
    half_days: frozenset[int] = frozenset()

    @property
    def halves_a_week(self) -> int:
        """How many halves of days a whole week has."""
        return 2 * len(self.weekdays) - len(self.half_days)

    def halves(self, day: date) -> int:
        """How many halves of this day are placement by the pattern: 2, 1 or 0."""
        weekday = day.isoweekday()
        if weekday not in self.weekdays:
            return 0
        return 1 if weekday in self.half_days else 2


@dataclass(frozen=True, slots=True)
class Hosts:
    """Who hosts on which day: the second host of an integrated placement on some weekdays, or from one day to another."""

    first: UUID
    second: UUID | None = None
    weekdays: frozenset[int] = frozenset()
    days: Stretch | None = None

    def on(self, day: date) -> UUID:
        """With whom the student is on this day, if it is a day of placement."""
        if self.second is None:
            return self.first
        within = self.days is not None and self.days.first <= day <= (self.days.last or day)
        return self.second if within or day.isoweekday() in self.weekdays else self.first


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One day on which the student is expected, for a whole day or half of it; `number` counts days from 1."""

    on: date
    halves: int
    number: int

    @property
    def credit(self) -> float:
        """What it counts once it was attended and approved, in days."""
        return self.halves / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a schedule follows from: the calendar with all closures, the student's leave as single days, and the rests.

    Deadlines of other people are counted on `calendar` alone: the student's leave is not theirs. `elsewhere` are days on
    which only that host is closed with whom the student is not; they stay days of placement. Two terms are the same when they
    leave the same days open; the rests are told to `lay_out` as days.
    """

    starts_on: date
    days_required: int
    pattern: Pattern
    leave: frozenset[date] = frozenset()
    elsewhere: frozenset[date] = frozenset()
    rests: Sequence[Stretch] = field(default=(), hash=False, compare=False)
    calendar: Calendar = field(default=ENGLAND)

    def is_open(self, day: date) -> bool:
        """Whether the student can be on placement on this day, by calendar and pattern; rests are left aside."""
        return self.pattern.halves(day) > 0 and not self.is_closed(day)

    def is_closed(self, day: date) -> bool:
        """Whether nobody is expected whatever the pattern: a bank holiday, a closure, leave."""
        if day in self.elsewhere and day not in self.leave:
            return day in bank_holidays(day.year)
        if day in self.leave or day in self.calendar.closed:
            return True
        if day.isoweekday() in _WEEKEND:
            return day.isoweekday() not in self.pattern.weekdays or day in bank_holidays(day.year)
        return not self.calendar.is_working_day(day)


@lru_cache(maxsize=512)
def lay_out(terms: Terms, *, starting: date, halves: int, resting: frozenset[date]) -> tuple[PlannedDay, ...]:
    """Open days from `starting` on, until so many halves are laid out. Raises `NeverEnds` when they never are.

    What was laid out is remembered for a while: most placements of a season share their first day, pattern and closures.
    """
    planned: list[PlannedDay] = []
    day, left, laid = starting, halves, 0
    while left > 0:
        if day - starting > FARTHEST:
            raise NeverEnds
        if terms.is_open(day) and day not in resting:
            here = min(left, terms.pattern.halves(day))
            planned.append(PlannedDay(day, here, laid // 2 + 1))
            left -= here
            laid += here
        day += ONE_DAY
    return tuple(planned)


def plan(terms: Terms, today: date | None = None) -> tuple[PlannedDay, ...]:
    """Every planned day. What rested until now moves the days behind it; an open rest is taken to end with `today`."""
    until = terms.starts_on - ONE_DAY if today is None else today
    resting = frozenset(day for rest in terms.rests for day in rest.days(rest.last or until))
    return lay_out(terms, starting=terms.starts_on, halves=2 * terms.days_required, resting=resting)


def day_number(planned: Sequence[PlannedDay], number: int) -> date:
    """The date of placement day `number`, from 1; of the last one where there are fewer."""
    reached = 0
    for day in planned:
        reached += day.halves
        if reached >= 2 * number:
            return day.on
    return planned[-1].on


def single_days(stretches: Iterable[Stretch], until: date) -> frozenset[date]:
    """All days of the stretches."""
    return frozenset(day for stretch in stretches for day in stretch.days(until))


def closed_elsewhere(
    closures: Iterable[tuple[UUID | None, Stretch]], hosts: Hosts, until: date
) -> frozenset[date]:
    """Days on which nobody is closed but the host with whom the student is not. A closure without anybody is everybody's."""
    if hosts.second is None:
        return frozenset()
    both = {hosts.first, hosts.second}
    here: set[date] = set()
    somewhere: set[date] = set()
    for who, stretch in closures:
        for day in stretch.days(until):
            somewhere.add(day)
            if who not in both or who == hosts.on(day):
                here.add(day)
    return frozenset(somewhere - here)
