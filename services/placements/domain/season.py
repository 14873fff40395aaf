"""The season of a round: its dated stages, and what is late."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from shared.errors import Fault


class Stage(StrEnum):
    """What a season goes through, in this order. Each is to be done by a day that the round names."""

    CAPACITY = "capacity"
    PREFERENCES = "preferences"
    MATCHING = "matching"
    ANSWERS = "answers"
    CONFIRMED = "confirmed"


class StageState(StrEnum):
    """How a stage stands: nothing is missing any more, something is and there is time, or something is and the day is past.

    `waiting`: there is nothing to do yet, because an earlier stage has brought nothing.
    """

    WAITING = "waiting"
    OPEN = "open"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStanding:
    """One stage: by when, of how many things how many are done, and what that means today."""

    stage: Stage
    due_on: date | None
    expected: int
    done: int
    state: StageState


def standing(stage: Stage, due_on: date | None, expected: int, done: int, today: date) -> StageStanding:
    """How a stage stands at the end of `today`; it is late from the day after `due_on`, where one is named."""
    if expected and done >= expected:
        state = StageState.DONE
    elif due_on is not None and today > due_on:
        state = StageState.LATE
    else:
        state = StageState.OPEN if expected else StageState.WAITING
    return StageStanding(stage=stage, due_on=due_on, expected=expected, done=done, state=state)


def due_days(
    stages: Mapping[str, str | None], preference_deadline_on: date | None
) -> dict[Stage, date | None]:
    """The day of each stage, as the round stores them; the students' preferences have the round's own deadline."""
    days = {stage: _day(stages.get(f"{stage.value}_on")) for stage in Stage}
    return {**days, Stage.PREFERENCES: preference_deadline_on}


def faults_in_round(values: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong between the members of a round; of those that are not known nothing is said."""
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        yield Fault("/ends_on", "ends_before_start", "A round ends on or after the day it starts.")
    yield from _faults_in_days(due_days(values.get("stages") or {}, values.get("preference_deadline_on")))
    yield from _faults_in_targets(values.get("targets") or ())


def _faults_in_days(days: Mapping[Stage, date | None]) -> Iterator[Fault]:
    named = [(stage, day) for stage in Stage if (day := days[stage]) is not None]
    for (before, earlier), (stage, day) in pairwise(named):
        if day < earlier:
            where = "/preference_deadline_on" if stage is Stage.PREFERENCES else f"/stages/{stage.value}_on"
            yield Fault(where, "before_the_stage_it_rests_on", f"It cannot be due before {before.value} is.")


def _faults_in_targets(targets: Iterable[Mapping[str, object]]) -> Iterator[Fault]:
    seen: set[tuple[object, ...]] = set()
    for at, target in enumerate(targets):
        about = tuple(
            target.get(name) for name in ("organisation_id", "directorate", "placement_level", "setting_id")
        )
        if about in seen:
            yield Fault(
                f"/targets/{at}",
                "said_twice",
                "One target for the same organisation, team and level is enough.",
            )
        seen.add(about)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
