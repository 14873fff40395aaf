"""How somebody is told: at once, in the digest of the next working morning, or in the inbox alone. Nobody is flooded.

The policy says how many messages a person gets at once, and which hours are quiet; what is more goes into the digest.
Matters of safety (`immediate`) know neither caps nor quiet hours nor wishes.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from services.placements.domain.escalation.codes import Template
from shared.calendar import LONDON, Calendar, london_day


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps people from being flooded. Hours are London's; a policy that says nothing has these."""

    quiet_from: time = time(18)
    """When the quiet hours begin, in the evening."""
    quiet_until: time = time(8)
    """When they end, and the digest of a working morning goes out."""
    at_once_a_day: int = 6
    """How many messages one person gets at once on one day, over all concerns,"""
    per_concern_a_day: int = 1
    """and about one concern."""


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
    concerns: Counter[UUID] = field(default_factory=Counter)

    def is_full(self, concern: UUID | None, limits: Limits) -> bool:
        """Whether the caps are reached: of the day, or of this concern."""
        about_it = 0 if concern is None else self.concerns[concern]
        return self.in_all >= limits.at_once_a_day or about_it >= limits.per_concern_a_day

    def note(self, concern: UUID | None) -> None:
        """One more message at once."""
        self.in_all += 1
        if concern is not None:
            self.concerns[concern] += 1


def way(  # noqa: PLR0917 - what is told, to whom who was told what, when, within which limits
    template: Template,
    concern: UUID | None,
    wish: EmailWish,
    today: Today,
    at: datetime,
    limits: Limits,
    *,
    immediate: bool,
) -> Way:
    """How somebody is told, given what they were told today and what they wish; `today` counts it."""
    held_back = is_quiet(at, limits) or today.is_full(concern, limits)
    if immediate:
        found = Way.AT_ONCE
    elif wish is EmailWish.OFF:
        found = Way.INBOX
    elif wish is EmailWish.DIGEST or template in ONLY_IN_DIGEST or held_back:
        found = Way.DIGEST
    else:
        found = Way.AT_ONCE
    if found is Way.AT_ONCE:
        today.note(concern)
    return found


def is_quiet(at: datetime, limits: Limits) -> bool:
    """Whether it is evening, night or early morning in London."""
    return not limits.quiet_until <= at.astimezone(LONDON).time() < limits.quiet_from


def digest_until(now: datetime, calendar: Calendar, limits: Limits) -> datetime | None:
    """Up to which instant today's digest tells; None while no digest is sent: at night and on days that are not worked."""
    today = london_day(now)
    if is_quiet(now, limits) or not calendar.is_working_day(today):
        return None
    return datetime.combine(today, limits.quiet_until, LONDON)


def digest_day(at: datetime, calendar: Calendar, limits: Limits) -> date:
    """The day on whose morning a digest tells of what arose at an instant."""
    day = calendar.next_working_day(london_day(at))
    if at <= datetime.combine(day, limits.quiet_until, LONDON):
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
