"""When something is due: instants computed once, when a step begins, and stored."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.placements.domain.escalation.codes import ClockUnit, StepCode
from services.placements.domain.escalation.policy import LevelRule, StepRule
from shared.calendar import LONDON, Calendar, london_day

EVERY_WORKING_DAY = frozenset({1, 2, 3, 4, 5})
_NOON = time(12)
_ONE_DAY = timedelta(days=1)
_FARTHEST = 3660


@dataclass(frozen=True, slots=True)
class Planned:
    """A step and the instant (UTC) by which it is due."""

    step: StepCode
    due_at: datetime


def due_at(step: StepRule, begins_at: datetime, calendar: Calendar, weekdays: Collection[int]) -> datetime:
    """The instant by which a step that begins at `begins_at` is due: 17:00 in London on its last day.

    `weekdays` are the days of the week (Monday 1) on which the student is on placement; they matter only for steps that count
    in placement days.
    """
    if step.unit is ClockUnit.WORKING_DAYS:
        return calendar.due_at(begins_at, step.within)
    return _after_placement_days(begins_at, step.within, calendar, frozenset(weekdays) & EVERY_WORKING_DAY)


def _after_placement_days(
    begins_at: datetime, count: int, calendar: Calendar, weekdays: frozenset[int]
) -> datetime:
    if not weekdays:
        return calendar.due_at(begins_at, count)
    day = london_day(begins_at)
    left = count
    for _ in range(_FARTHEST):
        if left == 0:
            break
        day += _ONE_DAY
        left -= calendar.is_working_day(day) and day.isoweekday() in weekdays
    return calendar.due_at(datetime.combine(day, _NOON, LONDON), 0)


def on_entering(
    level: LevelRule, entered_at: datetime, calendar: Calendar, weekdays: Collection[int]
) -> tuple[Planned, ...]:
    """What is due because the concern entered a level."""
    return _begun(level, None, entered_at, calendar, weekdays)


def on_done(
    level: LevelRule, step: StepCode, done_at: datetime, calendar: Calendar, weekdays: Collection[int]
) -> tuple[Planned, ...]:
    """What is due next because a step was done."""
    return _begun(level, step, done_at, calendar, weekdays)


def _begun(
    level: LevelRule, after: StepCode | None, at: datetime, calendar: Calendar, weekdays: Collection[int]
) -> tuple[Planned, ...]:
    begun = [step for step in level.steps if step.after is after and not step.is_optional]
    return tuple(Planned(step.code, due_at(step, at, calendar, weekdays)) for step in begun)


def latest_hold(planned_at: datetime, at_most: int, calendar: Calendar) -> datetime:
    """Until when people may hold off a step that was planned for `planned_at`, however often they ask."""
    return calendar.due_at(planned_at, at_most)
