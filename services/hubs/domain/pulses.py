"""The energy pulse: many students run low in week four of a placement (South Coast's hubs), and one word then helps."""

from datetime import date

ASKED_IN_WEEK = 4
"""The week of the placement in which students are asked; the first is 1."""

LOW = 3
"""Up to this energy, of 0 to 10, a student is offered support."""


def week_of(starts_on: date, day: date) -> int:
    """The week of a placement in which a day lies; the first is 1, and 0 or less lies before it."""
    return (day - starts_on).days // 7 + 1


def runs_low(energy: int) -> bool:
    """Whether somebody with this energy is offered support."""
    return energy <= LOW
