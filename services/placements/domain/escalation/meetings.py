"""How much notice people have of a meeting or panel. Working days; the student may agree to fewer, nobody else may."""

from datetime import date, datetime

from services.placements.domain.escalation.codes import Notice
from shared.calendar import Calendar, london_day

PAPERS_BEFORE = 5
"""Working days before a placement panel by which its papers are sent."""


def earliest(asked_at: datetime, notice_days: int, calendar: Calendar) -> date:
    """The first day on which a meeting that people are asked to now may be held."""
    return calendar.add_working_days(london_day(asked_at), notice_days)


def notice_given(
    arranged_at: datetime | None,
    held_on: date,
    notice_days: int,
    calendar: Calendar,
    *,
    is_shortened: bool,
) -> Notice:
    """Whether the notice was kept for a meeting on a day. One that nobody arranged had none."""
    if notice_days == 0:
        return Notice.KEPT
    if is_shortened:
        return Notice.SHORTENED_BY_STUDENT
    if arranged_at is None or held_on < earliest(arranged_at, notice_days, calendar):
        return Notice.NOT_KEPT
    return Notice.KEPT
