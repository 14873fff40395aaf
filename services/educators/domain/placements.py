"""A placement of the placements service as evidence: from what was told of it, who supported the student from when to when.

The steps of a placement may come late, twice or out of order: the stints are worked out anew from all of them, in the order
of the sister's feed, and so are the same whatever came first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from services.educators.domain.codes import EpisodeEnd, PlacementLevel


class Phase(StrEnum):
    """What a step says of the placement. Paused and suspended placements are under way: they give no days, and go on."""

    STARTED = "started"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    CANCELLED = "cancelled"

    @property
    def ending(self) -> EpisodeEnd | None:
        """How the placement ended with this step, if it did."""
        return {Phase.COMPLETED: EpisodeEnd.COMPLETED, Phase.ENDED_EARLY: EpisodeEnd.ENDED_EARLY}.get(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one placement, as it was told: the placement as it stood after it.

    `days_approved` are all days of the placement that give credit so far; halves count as halves. `occurred_on` is its day.
    """

    id: UUID
    position: int
    phase: Phase
    placement_id: UUID
    student_id: UUID
    educator_id: UUID | None
    placement_level: PlacementLevel
    starts_on: date
    ends_on: date
    days_required: int
    days_approved: float
    midway_reported: bool
    occurred_on: date

    @property
    def first_day(self) -> date:
        """The day from which the student was there: when it was started, but not before it was planned to."""
        if self.phase is not Phase.STARTED:
            return self.starts_on
        return max(self.starts_on, min(self.occurred_on, self.ends_on))

    @property
    def last_day(self) -> date:
        """The last day the student can have been there: the planned one, or the day of this step if that was earlier."""
        return min(self.ends_on, self.occurred_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """One educator's part in a placement. `days` are the days of their part, `planned_days` those of the whole placement.

    Who had only a part is judged by its days: `ending` says `completed` only of whom had the placement from its start.
    """

    educator_id: UUID
    stint: int
    student_id: UUID
    placement_level: PlacementLevel
    started_on: date
    ended_on: date | None
    expected_end_on: date
    days: int | None
    planned_days: int
    midway_reported: bool
    ending: EpisodeEnd | None

    @property
    def key(self) -> tuple[UUID, int]:
        """The educator, and the how manieth time the placement is with them."""
        return (self.educator_id, self.stint)


def stints(steps: Iterable[Step]) -> tuple[Stint, ...]:
    """Each educator's part, in order. A placement that was cancelled supported nobody.

    With a change of educator the part of the one ends and that of the other begins, on the day of the change.
    """
    told = _until_the_end(sorted(steps, key=lambda step: step.position))
    if any(step.phase is Phase.CANCELLED for step in told):
        return ()
    parts = [list(part) for _, part in groupby(told, key=lambda step: step.educator_id)]
    found: list[Stint] = []
    for number, part in enumerate(parts):
        until = parts[number + 1][0] if number + 1 < len(parts) else None
        educator_id = part[0].educator_id
        if educator_id is not None:
            times = 1 + sum(each.educator_id == educator_id for each in found)
            found.append(_stint(educator_id, times, part, until, whole=number == 0))
    return tuple(found)


def _until_the_end(steps: Sequence[Step]) -> list[Step]:
    """The steps up to the one that ended the placement; nothing happens in it afterwards."""
    ends = (number for number, step in enumerate(steps, start=1) if step.phase.ending)
    return list(steps[: next(ends, len(steps))])


def _stint(educator_id: UUID, times: int, part: Sequence[Step], until: Step | None, *, whole: bool) -> Stint:
    first, last = part[0], until or part[-1]
    ending = None if until else last.phase.ending
    over = until is not None or ending is not None
    ended_on = last.last_day if over else None
    started_on = first.first_day if whole else first.last_day
    days_before, midway_before = (0.0, False) if whole else (first.days_approved, first.midway_reported)
    return Stint(
        educator_id=educator_id,
        stint=times,
        student_id=last.student_id,
        placement_level=last.placement_level,
        started_on=min(started_on, ended_on) if ended_on else started_on,
        ended_on=ended_on,
        expected_end_on=last.ends_on,
        days=int(max(0.0, last.days_approved - days_before)) if over else None,
        planned_days=last.days_required,
        midway_reported=last.midway_reported and not midway_before,
        ending=None if ending is EpisodeEnd.COMPLETED and not whole else ending,
    )
