"""How many students an educator has at once, counted day by day over holds that overlap."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from shared.errors import Conflict


class Hold(NamedTuple):
    """A seat held with an educator from its first to its last day, both included."""

    starts_on: date
    ends_on: date


def busiest(holds: Iterable[Hold], starts_on: date, ends_on: date) -> int:
    """The largest number of holds that share one day between the two days, both included.

    Two holds that each overlap the time but not one another take one seat, not two.
    """
    within = [hold for hold in holds if hold.starts_on <= ends_on and hold.ends_on >= starts_on]
    return max((_on(within, max(hold.starts_on, starts_on)) for hold in within), default=0)


def _on(holds: list[Hold], day: date) -> int:
    return sum(hold.starts_on <= day <= hold.ends_on for hold in holds)


class EducatorFull(Conflict):
    """All seats of this educator are taken on at least one day of the placement."""

    title = "The educator has no free seat"

    def __init__(self, max_concurrent: int, held: int) -> None:
        super().__init__(
            "educator_full",
            f"The educator supports up to {max_concurrent} at once and has {held} on the busiest of these days.",
            max_concurrent=max_concurrent,
            held=held,
        )


def expect_free_seat(holds: Iterable[Hold], wanted: Hold, max_concurrent: int) -> None:
    """Refuse with `EducatorFull` when one more student would be too many on any day."""
    held = busiest(holds, wanted.starts_on, wanted.ends_on)
    if held >= max_concurrent:
        raise EducatorFull(max_concurrent, held)
