"""When somebody who is current would lapse if nothing new came, and for want of what."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.educators.domain.currency import Currency


class LapseCause(StrEnum):
    """For want of what somebody lapses first: work with students and learners (routes A to C), or CPD."""

    PRACTICE = "practice"
    CPD = "cpd"


class Lapse(NamedTuple):
    """The first day of being lapsed, and why."""

    on: date
    cause: LapseCause


def lapse_of(found: Currency) -> Lapse | None:
    """The lapse that lies ahead of somebody who is current: after the longest route, or after the CPD's days of grace."""
    practice = max((route.until for route in found.routes if route.holds and route.until), default=None)
    learning = found.cpd_grace_until
    if not found.is_current or practice is None or learning is None:
        return None
    cause = LapseCause.PRACTICE if practice <= learning else LapseCause.CPD
    return Lapse(min(practice, learning) + timedelta(days=1), cause)
