"""When somebody without a student is reminded: in time to support one before two years are over."""

from collections.abc import Iterable
from datetime import date

from services.educators.domain.months import add_months

NUDGE_MONTHS = (18, 21, 23)
"""Months without a student after which an educator and their lead are nudged; each once in an idle spell."""


def nudge_due(last_student_on: date, today: date, window_months: int, given: Iterable[int]) -> int | None:
    """The nudge that is due: the latest that was reached and not yet `given` in this spell, or a later one.

    Those that were missed are not given afterwards, and none is when route A's window of `window_months` is over.
    """
    if today > add_months(last_student_on, window_months):
        return None
    reached = max(
        (months for months in NUDGE_MONTHS if add_months(last_student_on, months) <= today), default=0
    )
    return reached if reached > max(given, default=0) else None
