"""Dates and kinds of a hub's sessions.

A cadence cuts time into periods; a session is held on the first open day of its period, and a period without an open day has
none. Kinds alternate over the sessions that are held, not over the weeks, so that a bank holiday never gives two of a kind
in a row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from services.hubs.domain.hubs import Cadence
from shared.calendar import LONDON, Calendar

WEEK = timedelta(days=7)
FURTHEST = timedelta(days=3 * 366)
"""Nobody plans further ahead than three years; a closed calendar ends a search here."""


class SessionKind(StrEnum):
    """What a session is for; the two alternate."""

    REFLECTIVE_SKILLS = "reflective_skills"
    PRACTICE_SKILLS = "practice_skills"

    @property
    def other(self) -> "SessionKind":
        """The kind that follows."""
        return _OTHER[self]


_OTHER = {
    SessionKind.REFLECTIVE_SKILLS: SessionKind.PRACTICE_SKILLS,
    SessionKind.PRACTICE_SKILLS: SessionKind.REFLECTIVE_SKILLS,
}


class CancelReason(StrEnum):
    """Why a session is not held."""

    FACILITATOR_AWAY = "facilitator_away"
    VENUE_CLOSED = "venue_closed"
    TOO_FEW_MEMBERS = "too_few_members"
    WEATHER = "weather"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session to be held: its running number in the hub (from 1), its kind and its day."""

    number: int
    kind: SessionKind
    held_on: date


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a hub meets: its cadence and its weekday (1 Monday to 5 Friday)."""

    cadence: Cadence
    weekday: int


def plan_sessions(
    rhythm: Rhythm,
    starts_on: date,
    calendar: Calendar,
    *,
    ends_on: date | None = None,
    count: int | None = None,
    after: PlannedSession | None = None,
) -> tuple[PlannedSession, ...]:
    """The sessions from `starts_on` to `ends_on` (both included) or until there are `count`, whichever comes first.

    `after` is the hub's last session so far: numbers and the alternation go on from it.
    """
    until = min(ends_on or date.max, starts_on + FURTHEST)
    number = after.number if after else 0
    kind = after.kind.other if after else SessionKind.REFLECTIVE_SKILLS
    planned: list[PlannedSession] = []
    for period in _periods(rhythm, starts_on):
        if period[0] > until or (count is not None and len(planned) >= count):
            break
        held_on = next((day for day in period if day <= until and calendar.is_working_day(day)), None)
        if held_on is not None:
            number += 1
            planned.append(PlannedSession(number, kind, held_on))
            kind = kind.other
    return tuple(planned)


def plan_evenly(
    weekday: int,
    span: tuple[date, date],
    calendar: Calendar,
    count: int,
    *,
    after: PlannedSession | None = None,
) -> tuple[PlannedSession, ...]:
    """`count` sessions spread over a span (first and last day), each in the middle of its share of the open weekdays.

    For small peer groups: three in a placement of 70 days, five in one of 100. Fewer where there are fewer open days.
    """
    weekly = Rhythm(Cadence.WEEKLY, weekday)
    possible = plan_sessions(weekly, span[0], calendar, ends_on=span[1], after=after)
    count = min(count, len(possible))
    days = [possible[(2 * place + 1) * len(possible) // (2 * count)].held_on for place in range(count)]
    return tuple(replace(slot, held_on=day) for slot, day in zip(possible, days, strict=False))


def begins_at(held_on: date, starts_at: time) -> datetime:
    """The instant (UTC) at which a session begins: hubs keep London's wall clock."""
    return datetime.combine(held_on, starts_at, LONDON).astimezone(UTC)


def _periods(rhythm: Rhythm, starts_on: date) -> Iterator[Sequence[date]]:
    first = starts_on + timedelta(days=(rhythm.weekday - starts_on.isoweekday()) % 7)
    if rhythm.cadence is Cadence.MONTHLY:
        yield from _months(first)
        return
    weeks = 1 if rhythm.cadence is Cadence.WEEKLY else 2
    while first < starts_on + FURTHEST + weeks * WEEK:
        yield [first + step * WEEK for step in range(weeks)]
        first += weeks * WEEK


def _months(first: date) -> Iterator[Sequence[date]]:
    """Each month from the same turn of the weekday on ("the second Tuesday"); the fifth counts as the fourth."""
    turn = min((first.day - 1) // 7, 3)
    month, last = first.replace(day=1), first + FURTHEST
    while month <= last:
        following = (month + timedelta(days=31)).replace(day=1)
        opening = month + timedelta(days=(first.isoweekday() - month.isoweekday()) % 7)
        days = [opening + step * WEEK for step in range(turn, 5) if opening + step * WEEK < following]
        usable = [day for day in days if day >= first]
        if usable:
            yield usable
        month = following
