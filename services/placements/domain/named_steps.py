"""The named steps of a placement: their codes, and how much of each is agreed.

Source: the practice of the Teaching Partnerships: a learning agreement meeting by placement day 10, at least sixty minutes of
formal supervision for every five placement days, two direct observations in a first placement and three in a final one, at
least half of them by midway. A programme may ask for other minutes and observations.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.placements.domain.vocabulary import PlacementLevel


class SupervisionKind(StrEnum):
    """How a supervision was held: formal ones count towards the agreed minutes, the others do not."""

    FORMAL = "formal"
    GROUP = "group"
    INFORMAL = "informal"


class LeaveReason(StrEnum):
    """Why a student is on leave that was agreed: as little as the days need, and nothing about the person."""

    HOLIDAY = "holiday"
    UNIVERSITY_TIMETABLE = "university_timetable"
    PERSONAL = "personal"


class Signatory(StrEnum):
    """Who signs a learning agreement."""

    STUDENT = "student"
    PRACTICE_EDUCATOR = "practice_educator"
    ON_SITE_SUPERVISOR = "on_site_supervisor"
    TUTOR = "tutor"


AGREEMENT_BY_DAY = 10
"""Placement day by which the learning agreement meeting is held."""

SUPERVISION_EVERY = 5
"""Placement days in which one formal supervision is due."""

SUPERVISION_MINUTES = 60
"""Minutes of formal supervision in that many placement days, at least, where the programme says nothing else."""

OBSERVATIONS_FIRST, OBSERVATIONS_FINAL = 2, 3
"""Direct observations in a first and in a final placement, where the programme says nothing else."""

_FINAL = frozenset({PlacementLevel.FINAL, PlacementLevel.REPEAT_FINAL})


@dataclass(frozen=True, slots=True)
class Minima:
    """What a placement has at least: minutes of formal supervision in five placement days, and direct observations."""

    supervision_minutes: int
    observations: int

    @property
    def observations_by_midway(self) -> int:
        """How many of the observations are due by midway: half, rounded up."""
        return -(-self.observations // 2)

    def minutes_in(self, placement_days: float) -> int:
        """Minutes of formal supervision for so many placement days: those of every five that are full."""
        return int(placement_days // SUPERVISION_EVERY) * self.supervision_minutes


def minima_of(
    level: PlacementLevel, supervision_minutes: int | None = None, observations: int | None = None
) -> Minima:
    """What a placement of this level was agreed with; for what was never said, what the partnerships do."""
    usual = OBSERVATIONS_FINAL if level in _FINAL else OBSERVATIONS_FIRST
    return Minima(supervision_minutes or SUPERVISION_MINUTES, observations or usual)


def observations_asked(level: PlacementLevel, first: int | None, final: int | None) -> int | None:
    """Of what a programme asks for in first and in final placements, that which is about this level."""
    return final if level in _FINAL else first
