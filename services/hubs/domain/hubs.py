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

HUB_LEVELS = frozenset({"final", "repeat_final"})
"""The placement levels whose students belong to a hub, where the placement is statutory."""

RUNNING = frozenset({"confirmed", "active", "paused", "suspended"})
"""Placement states in which a student has a place in a hub."""

OVER = frozenset({"completed", "ended_early", "cancelled"})
"""Placement states from which none runs again."""


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


def belongs_in_a_hub(placement_level: str, *, is_statutory: bool) -> bool:
    """Whether a placement's student takes part in a hub: final statutory placements do, and they must."""
    return is_statutory and placement_level in HUB_LEVELS
