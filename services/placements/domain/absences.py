"""How long somebody has been away: working days without a break, over all spans that are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shared.calendar import Calendar

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """Days away, both included. Without a first day since ever, without a last one until further notice."""

    first: date | None
    last: date | None


def away_since(spans: Iterable[Away], today: date, calendar: Calendar, *, not_before: date) -> date | None:
    """The first day of the time away that today belongs to; None when today is none of it.

    Spans with no working day between them are one. What lies before `not_before` does not count.
    """
    known = [((span.first or not_before), span.last or today) for span in spans]
    since = min((first for first, last in known if first <= today <= last), default=None)
    if since is None:
        return None
    for first, last in sorted(known, reverse=True):
        if first < since and calendar.working_days_between(last, since - _ONE_DAY) == 0:
            since = first
    return max(since, not_before)


def days_away(since: date, today: date, calendar: Calendar) -> int:
    """Working days from `since` to today, both included."""
    return calendar.working_days_between(since - _ONE_DAY, today)
