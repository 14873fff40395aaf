"""The named steps of a placement: their codes, and how much of each is agreed.

Source: the practice of the Teaching Partnerships: a learning agreement meeting by placement day 10, at least sixty minutes of
formal supervision for every five placement days, two direct observations in a first placement and three in a final one, at
least half of them by midway.
"""

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
"""Minutes of formal supervision in that many placement days, at least."""

_OBSERVATIONS = {
    PlacementLevel.FIRST: 2,
    PlacementLevel.REPEAT_FIRST: 2,
    PlacementLevel.ADDITIONAL: 2,
    PlacementLevel.FINAL: 3,
    PlacementLevel.REPEAT_FINAL: 3,
}


def observations_required(level: PlacementLevel) -> int:
    """Direct observations in a placement of this level."""
    return _OBSERVATIONS[level]


def observations_by_midway(level: PlacementLevel) -> int:
    """How many of them are due by midway: half, rounded up."""
    return -(-observations_required(level) // 2)


def minutes_agreed(placement_days: float) -> int:
    """Minutes of formal supervision agreed for so many placement days: those of every five that are full."""
    return int(placement_days // SUPERVISION_EVERY) * SUPERVISION_MINUTES
