"""How many students an educator has at once, counted day by day over holds that overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from shared.errors import Conflict

NEVER_CONFIRMED_AFTER = timedelta(minutes=15)
"""A confirmation holds the seat and confirms the placement within seconds; one that took so long did not come through."""

GOES_AHEAD = frozenset({"confirmed", "active", "paused", "suspended"})
"""The statuses of a placement that needs its seat; in any other it has not come about, or is over."""

_DAY = timedelta(days=1)


class Hold(NamedTuple):
    """A seat held with an educator from its first to its last day, both included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class FreeSeats:
    """From the first to the last day, both included, the same number of seats is held, and of seats free."""

    starts_on: date
    ends_on: date
    held: int
    free: int


class EducatorFull(Conflict):
    """All seats of this educator are taken on at least one day of the placement; `full_on` is the first such day."""

    title = "The educator has no free seat"

    def __init__(self, max_concurrent: int, held: int, full_on: date) -> None:
        super().__init__(
            "educator_full",
            f"The educator supports up to {max_concurrent} at once and has {held} on the busiest of these days.",
            max_concurrent=max_concurrent,
            held=held,
            full_on=full_on.isoformat(),
        )


def busiest(holds: Iterable[Hold], starts_on: date, ends_on: date) -> int:
    """The largest number of holds that share one day between the two days, both included.

    Two holds that each overlap the time but not one another take one seat, not two.
    """
    return max((held for _, held in _counted(holds, starts_on, ends_on)), default=0)


def expect_free_seat(holds: Iterable[Hold], wanted: Hold, max_concurrent: int) -> None:
    """Refuse with `EducatorFull` when one more student would be too many on any day."""
    counted = _counted(holds, wanted.starts_on, wanted.ends_on)
    full = [day for day, held in counted if held >= max_concurrent]
    if full:
        raise EducatorFull(max_concurrent, max(held for _, held in counted), full[0])


def newly_taken(held: Hold | None, wanted: Hold) -> list[Hold]:
    """The days of `wanted` that are not held already: only for these a seat must be free."""
    if held is None or held.ends_on < wanted.starts_on or held.starts_on > wanted.ends_on:
        return [wanted]
    before = Hold(wanted.starts_on, held.starts_on - _DAY)
    after = Hold(held.ends_on + _DAY, wanted.ends_on)
    return [more for more in (before, after) if more.starts_on <= more.ends_on]


def free_seats(holds: Iterable[Hold], first: date, last: date, max_concurrent: int) -> list[FreeSeats]:
    """The days from first to last in as few spans as tell how many seats are free on each of them."""
    spans: list[FreeSeats] = []
    for day, held in reversed(_counted(holds, first, last)):
        ends_on = spans[-1].starts_on - _DAY if spans else last
        if spans and spans[-1].held == held:
            ends_on = spans.pop().ends_on
        spans.append(FreeSeats(day, ends_on, held, max(0, max_concurrent - held)))
    return spans[::-1]


def _counted(holds: Iterable[Hold], first: date, last: date) -> list[tuple[date, int]]:
    """The first day, and each day on which the number of holds may change, with that number: it stands until the next."""
    within = [hold for hold in holds if hold.starts_on <= last and hold.ends_on >= first]
    begins = {hold.starts_on for hold in within} | {hold.ends_on + _DAY for hold in within}
    days = sorted({first, *(day for day in begins if first <= day <= last)})
    return [(day, sum(hold.starts_on <= day <= hold.ends_on for hold in within)) for day in days]
