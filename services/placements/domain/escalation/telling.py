"""How somebody is told: at once, in the digest of the next working morning, or in the inbox alone. Nobody is flooded.

At most one message at once per person and concern a day, and six a day in all; quiet from 18:00 to 08:00 in London. What is
more goes into the digest. Matters of safety (`immediate`) know neither caps nor quiet hours nor wishes.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from services.placements.domain.escalation.codes import Template
from shared.calendar import LONDON, Calendar, london_day

MORNING = time(8)
"""When the digest goes out, in London, and the quiet hours end."""

EVENING = time(18)
"""When the quiet hours begin, in London."""

MOST_A_DAY = 6
"""How many messages one person gets at once on one day, over all concerns."""

ONLY_IN_DIGEST = frozenset({Template.WATCH_NOTICED})
"""Messages that are never sent at once: there is no case yet."""


class Way(StrEnum):
    """How a message reaches somebody. It is in their inbox in every case."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    INBOX = "inbox"


class EmailWish(StrEnum):
    """What somebody wants of e-mail."""

    AS_IT_HAPPENS = "as_it_happens"
    DIGEST = "digest"
    OFF = "off"


@dataclass(slots=True)
class Today:
    """What one person was told at once on one day in London."""

    in_all: int = 0
    concerns: set[UUID] = field(default_factory=set)

    def is_full(self, concern: UUID | None) -> bool:
        """Whether the caps are reached: of the day, or of this concern."""
        return self.in_all >= MOST_A_DAY or concern in self.concerns

    def note(self, concern: UUID | None) -> None:
        """One more message at once."""
        self.in_all += 1
        if concern is not None:
            self.concerns.add(concern)


def way(
    template: Template, concern: UUID | None, wish: EmailWish, today: Today, at: datetime, *, immediate: bool
) -> Way:
    """How somebody is told, given what they were told today and what they wish; `today` counts it."""
    if immediate:
        found = Way.AT_ONCE
    elif wish is EmailWish.OFF:
        found = Way.INBOX
    elif wish is EmailWish.DIGEST or template in ONLY_IN_DIGEST or is_quiet(at) or today.is_full(concern):
        found = Way.DIGEST
    else:
        found = Way.AT_ONCE
    if found is Way.AT_ONCE:
        today.note(concern)
    return found


def is_quiet(at: datetime) -> bool:
    """Whether it is between 18:00 and 08:00 in London."""
    return not MORNING <= at.astimezone(LONDON).time() < EVENING


def digest_until(now: datetime, calendar: Calendar) -> datetime | None:
    """Up to which instant today's digest tells; None while no digest is sent: at night and on days that are not worked."""
    today = london_day(now)
    if is_quiet(now) or not calendar.is_working_day(today):
        return None
    return datetime.combine(today, MORNING, LONDON)


def digest_day(at: datetime, calendar: Calendar) -> date:
    """The day on whose morning a digest tells of what arose at an instant."""
    day = calendar.next_working_day(london_day(at))
    if at <= datetime.combine(day, MORNING, LONDON):
        return day
    return calendar.add_working_days(day, 1)


def is_reachable(wish: EmailWish, *, inbox: bool, has_address: bool) -> bool:
    """Whether somebody with these wishes is still reached by anything."""
    return inbox or (has_address and wish is not EmailWish.OFF)


def shares(counts: Collection[int]) -> tuple[int, int]:
    """The largest of some counts, and the one that 95 of 100 do not exceed; 0 where there are none."""
    ordered = sorted(counts)
    if not ordered:
        return 0, 0
    return ordered[-1], ordered[-(-95 * len(ordered) // 100) - 1]
