"""What a hub is: how often it meets and how many students it takes."""

from dataclasses import dataclass
from enum import StrEnum


class Cadence(StrEnum):
    """How often a hub meets."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


SMALLEST_COMFORT = 2
"""A hub is comfortable up to this many members below its target: 6 to 8 where the target is 8."""


class MemberKind(StrEnum):
    """Who is in a hub: students on placement, and newly qualified social workers in their first year of employment."""

    STUDENT = "student"
    ASYE = "asye"


class Level(StrEnum):
    """Whom a hub takes: students by the level of their placement, and `asye`, who have none."""

    FIRST = "first"
    FINAL = "final"
    ADDITIONAL = "additional"
    REPEAT_FIRST = "repeat_first"
    REPEAT_FINAL = "repeat_final"
    ASYE = "asye"


USUAL_LEVELS = (Level.FINAL, Level.REPEAT_FINAL)
"""The placement levels a hub takes where nothing else is said (South Coast)."""

RUNNING = frozenset({"confirmed", "active", "paused", "suspended"})
"""Placement states in which a student has a place in a hub."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many members a hub has: it does not begin with fewer than `min`, is meant for `target`, never exceeds `hard`."""

    min: int = 4
    target: int = 8
    hard: int = 9

    @property
    def in_order(self) -> bool:
        """Whether the three numbers make sense together."""
        return 1 <= self.min <= self.target <= self.hard

    @property
    def comfortable(self) -> int:
        """From how many members on a hub is neither too small nor fragile."""
        return max(self.min, self.target - SMALLEST_COMFORT)


def member_kind(placement_level: str) -> MemberKind:
    """Whether this level is a student's or a newly qualified social worker's."""
    return MemberKind.ASYE if placement_level == Level.ASYE else MemberKind.STUDENT


@dataclass(frozen=True, slots=True)
class Scheme:
    """Whom a hub is for: people of these levels (`asye` among them), students only where the placement is statutory."""

    levels: frozenset[str] = frozenset(USUAL_LEVELS)
    statutory_only: bool = True

    def includes(self, level: str, *, is_statutory: bool) -> bool:
        """Whether somebody on a placement of this level belongs here."""
        return level in self.levels and (is_statutory or level == Level.ASYE or not self.statutory_only)
