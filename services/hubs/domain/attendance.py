"""Who came, and the pattern of un-notified absences. Severity is not judged here.

An excused or notified absence never counts: in the pattern it is as if that session had not been. What counts is a run of
un-notified absences, and how many there are among the last six sessions that count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

WINDOW = 6
"""How many sessions that count the pattern looks back over, the present one included."""


class Status(StrEnum):
    """What the register says of a member at a session."""

    PRESENT = "present"
    LATE = "late"
    ABSENT_NOTIFIED = "absent_notified"
    ABSENT_UNNOTIFIED = "absent_unnotified"
    EXCUSED = "excused"


class AbsenceReason(StrEnum):
    """Why a member cannot come, as far as anybody has to know."""

    ILLNESS = "illness"
    PLACEMENT_DUTY = "placement_duty"
    CARING = "caring"
    UNIVERSITY = "university"
    TRAVEL = "travel"
    OTHER = "other"


CAME = frozenset({Status.PRESENT, Status.LATE})
NEVER_COUNTS = frozenset({Status.EXCUSED, Status.ABSENT_NOTIFIED})


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry of a register: the session, its day, and what it says of one member."""

    session_id: UUID
    held_on: date
    status: Status


def with_mark(marks: Iterable[Mark], made: Mark) -> tuple[Mark, ...]:
    """The marks with this one in its place in time, instead of what was said of its session before."""
    others = (mark for mark in marks if mark.session_id != made.session_id)
    return tuple(sorted([*others, made], key=lambda mark: (mark.held_on, mark.session_id)))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A member's absences as seen from one session. `sessions_of_last_six` is how many sessions there were to look at."""

    consecutive_unnotified: int
    unnotified_of_last_six: int
    sessions_of_last_six: int


FEWEST_EXPECTED = 5
"""From how many expected sessions on a share of them says something (escalation policy, `hub_attendance_low`)."""


@dataclass(frozen=True, slots=True)
class Tally:
    """At how many sessions a member was expected, excused ones taken out, and to how many they came, late or not."""

    expected: int
    attended: int

    @property
    def percent(self) -> int:
        """Whole per cent attended, rounded down so that 79.9 is still below 80; 100 where nothing was expected."""
        return 100 * self.attended // self.expected if self.expected else 100

    @property
    def says_something(self) -> bool:
        """Whether enough sessions stand behind it."""
        return self.expected >= FEWEST_EXPECTED


def tally_of(marks: Iterable[Mark]) -> Tally:
    """A member's attendance over all these marks. An absence that was only notified counts as one; an excused one never."""
    counted = [mark.status for mark in marks if mark.status is not Status.EXCUSED]
    return Tally(len(counted), sum(status in CAME for status in counted))


def as_known(status: Status, *, notified: bool) -> Status:
    """An absence of which the member gave notice in time is a notified one, whatever the register was told."""
    return Status.ABSENT_NOTIFIED if notified and status is Status.ABSENT_UNNOTIFIED else status


@dataclass(frozen=True, slots=True)
class Notice:
    """News about an un-notified absence: which session it is about and the pattern as seen from it."""

    session_id: UUID
    held_on: date
    pattern: Pattern


def pattern_of(marks: Iterable[Mark]) -> Pattern:
    """The pattern at the last of these marks (in order of time)."""
    counted = [mark.status for mark in marks if mark.status not in NEVER_COUNTS]
    run = 0
    for status in reversed(counted):
        if status is not Status.ABSENT_UNNOTIFIED:
            break
        run += 1
    window = counted[-WINDOW:]
    return Pattern(run, window.count(Status.ABSENT_UNNOTIFIED), len(window))


def notices(before: Sequence[Mark], after: Sequence[Mark]) -> tuple[Notice, ...]:
    """What to tell after a member's marks went from `before` to `after` (both in order of time).

    Every un-notified absence that is new, or whose pattern is no longer the one told, is told with its present numbers. One
    that was told and is none any more is told with zeros, so that whoever acted on it can take that back.
    """
    told = _patterns(before)
    now = _patterns(after)
    fresh = [notice for session_id, notice in now.items() if told.get(session_id) != notice]
    withdrawn = [
        Notice(notice.session_id, notice.held_on, Pattern(0, 0, 0))
        for session_id, notice in told.items()
        if session_id not in now
    ]
    return tuple(sorted([*fresh, *withdrawn], key=lambda notice: (notice.held_on, notice.session_id)))


def _patterns(marks: Sequence[Mark]) -> dict[UUID, Notice]:
    return {
        mark.session_id: Notice(mark.session_id, mark.held_on, pattern_of(marks[: place + 1]))
        for place, mark in enumerate(marks)
        if mark.status is Status.ABSENT_UNNOTIFIED
    }
