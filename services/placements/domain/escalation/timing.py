"""When something is due: instants computed once, when a step begins, and stored."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.placements.domain.escalation.codes import ClockUnit, StepCode, is_higher
from services.placements.domain.escalation.policy import LevelRule, Policy, StepRule
from services.placements.domain.vocabulary import ConcernLevel
from shared.calendar import LONDON, Calendar, london_day

EVERY_WORKING_DAY = frozenset({1, 2, 3, 4, 5})
_NOON = time(12)
_ONE_DAY = timedelta(days=1)
_FARTHEST = 3660


@dataclass(frozen=True, slots=True)
class Count:
    """From when how many days of which kind are counted. What is due is found from it again when a calendar changes."""

    begins_at: datetime
    within: int
    unit: ClockUnit = ClockUnit.WORKING_DAYS

    def due_at(self, calendar: Calendar, weekdays: Collection[int]) -> datetime:
        """The instant (UTC) at which the count ends: 17:00 in London on its last day."""
        if self.unit is ClockUnit.WORKING_DAYS:
            return calendar.due_at(self.begins_at, self.within)
        on_placement = frozenset(weekdays) & EVERY_WORKING_DAY
        return _after_placement_days(self.begins_at, self.within, calendar, on_placement)


@dataclass(frozen=True, slots=True)
class Planned:
    """A step and the instant (UTC) by which it is due; without a count, an instant that no calendar moves."""

    step: StepCode
    due_at: datetime
    count: Count | None = None


def due_at(step: StepRule, begins_at: datetime, calendar: Calendar, weekdays: Collection[int]) -> datetime:
    """The instant by which a step that begins at `begins_at` is due: 17:00 in London on its last day.

    `weekdays` are the days of the week (Monday 1) on which the student is on placement; they matter only for steps that count
    in placement days.
    """
    return Count(begins_at, step.within, step.unit).due_at(calendar, weekdays)


def counted(step: StepCode, count: Count, calendar: Calendar, weekdays: Collection[int] = ()) -> Planned:
    """A step that is due when a count ends."""
    return Planned(step, count.due_at(calendar, weekdays), count)


def moved(
    count: Count, before: datetime, calendar: Calendar, weekdays: Collection[int], now: datetime
) -> datetime:
    """When a step is due after its calendar changed. Nothing falls due without a whole working day's warning."""
    due = count.due_at(calendar, weekdays)
    return due if due >= before else max(due, min(before, calendar.due_at(now, 1)))


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
        left -= calendar.is_attended(day) and day.isoweekday() in weekdays
    return calendar.due_at(datetime.combine(day, _NOON, LONDON), 0)


def on_entering(
    level: LevelRule, entered_at: datetime, calendar: Calendar, weekdays: Collection[int]
) -> tuple[Planned, ...]:
    """What is due because the concern entered a level."""
    return _begun(level, None, entered_at, calendar, weekdays)


def on_turning_immediate(
    policy: Policy, level: ConcernLevel, at: datetime, calendar: Calendar
) -> tuple[Planned, ...]:
    """What a matter of safety asks for at once where the concern stands above the immediate way already."""
    if not is_higher(level, policy.immediate.code):
        return ()
    asked = [step for step in policy.immediate.asked_at_once if not step.is_optional]
    return tuple(counted(step.code, Count(at, step.within, step.unit), calendar) for step in asked)


def on_done(
    level: LevelRule, step: StepCode, done_at: datetime, calendar: Calendar, weekdays: Collection[int]
) -> tuple[Planned, ...]:
    """What is due next because a step was done."""
    return _begun(level, step, done_at, calendar, weekdays)


def _begun(
    level: LevelRule, after: StepCode | None, at: datetime, calendar: Calendar, weekdays: Collection[int]
) -> tuple[Planned, ...]:
    begun = [step for step in level.steps if step.after is after and not step.is_optional]
    return tuple(counted(step.code, Count(at, step.within, step.unit), calendar, weekdays) for step in begun)


def latest_hold(planned_at: datetime, at_most: int, calendar: Calendar) -> datetime:
    """Until when people may hold off a step that was planned for `planned_at`, however often they ask."""
    return calendar.due_at(planned_at, at_most)
