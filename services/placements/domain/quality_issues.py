"""Quality issues: what a review found wanting, with somebody who sees to it by a working day."""

from datetime import date
from enum import StrEnum

from shared.calendar import Calendar

WITHIN = 10
"""Working days to put something right, unless another day is agreed."""

FARTHEST = 60
"""Working days ahead that can be agreed at most: longer than half a placement is no clock any more."""


class IssueStatus(StrEnum):
    """Whether a quality issue is still to be put right."""

    OPEN = "open"
    RESOLVED = "resolved"


def agreed_day(calendar: Calendar, today: date, wanted: date | None) -> date | None:
    """The working day by which an issue is to be put right; None when the day that is wanted is past or too far off."""
    if wanted is None:
        return calendar.add_working_days(today, WITHIN)
    day = calendar.next_working_day(wanted)
    return day if today <= day <= calendar.add_working_days(today, FARTHEST) else None
