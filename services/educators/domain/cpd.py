"""Learning together: what a CPD activity may be, when it can be booked, and what being there counts for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.calendar import london_day
from shared.errors import Conflict, Fault, InvalidState


class ActivityKind(StrEnum):
    """The forms in which Teaching Partnerships offer CPD."""

    COURSE = "course"
    CONFERENCE = "conference"
    MASTERCLASS = "masterclass"
    REFLECTIVE_PROGRAMME = "reflective_programme"
    RESEARCH_GROUP = "research_group"
    ONLINE_SESSION = "online_session"


class ActivityStatus(StrEnum):
    """An activity is prepared, then open to be booked, then held; or it was called off."""

    DRAFT = "draft"
    OPEN = "open"
    HELD = "held"
    CANCELLED = "cancelled"


class BookingStatus(StrEnum):
    """Whether an educator has a place, waits for one, or has given it up."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Attendance(StrEnum):
    """What the host says of somebody with a place, once it was held."""

    ATTENDED = "attended"
    WATCHED_REPLAY = "watched_replay"
    ABSENT = "absent"

    @property
    def counts(self) -> bool:
        """Whether it becomes CPD on the educator's record."""
        return self is not Attendance.ABSENT


class PlanStatus(StrEnum):
    """How an educator's action plan stands; at the follow-up they say whether they did it."""

    OPEN = "open"
    DONE = "done"
    NOT_DONE = "not_done"


FOLLOW_UP_MONTHS = 3
"""Months after which an action plan is looked at again."""

FEWEST = 5
"""Answers of fewer people are not shown: it would be known who gave them."""

STEPS = {
    ActivityStatus.DRAFT: ("change", "opening", "deletion"),
    ActivityStatus.OPEN: ("change", "booking", "cancellation", "attendance"),
    ActivityStatus.HELD: ("attendance",),
    ActivityStatus.CANCELLED: (),
}
"""What can be done next with an activity."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One time at which people come together, from its first to its last instant."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An activity as far as rules are about it. `meetings` are in order; `places` are None where there is no limit."""

    kind: ActivityKind
    level: int | None
    meetings: Sequence[Meeting]
    places: int | None
    booking_closes_at: datetime | None
    replay_until_on: date | None


def faults_of(offer: Offer) -> Iterator[Fault]:
    """What does not go together in an activity."""
    if (offer.level is None) == (offer.kind is ActivityKind.REFLECTIVE_PROGRAMME):
        yield Fault(
            "/level", "level_and_kind", "A reflective programme has a level from 1 to 3, nothing else."
        )
    if offer.places is None and offer.kind is not ActivityKind.ONLINE_SESSION:
        yield Fault("/places", "places_missing", "Only an online session has places without limit.")
    for n, meeting in enumerate(offer.meetings):
        if meeting.ends_at <= meeting.starts_at:
            yield Fault(f"/sessions/{n}/ends_at", "ends_before_it_begins", "It must end after it begins.")
        elif n and meeting.starts_at < offer.meetings[n - 1].ends_at:
            yield Fault(f"/sessions/{n}/starts_at", "out_of_order", "It begins before the one above ends.")
    if offer.booking_closes_at is not None and offer.booking_closes_at > offer.meetings[0].starts_at:
        words = "Booking cannot close after the first session has begun."
        yield Fault("/booking_closes_at", "closes_after_it_begins", words)
    yield from _faults_of_replay(offer)


def _faults_of_replay(offer: Offer) -> Iterator[Fault]:
    if offer.replay_until_on is None:
        return
    if offer.kind is not ActivityKind.ONLINE_SESSION:
        yield Fault("/replay_until_on", "no_replay", "Only an online session can be watched again.")
    elif offer.replay_until_on < london_day(offer.meetings[-1].ends_at):
        yield Fault("/replay_until_on", "ends_before_it_begins", "A replay cannot end before the session.")


def expect_step(status: ActivityStatus, step: str) -> None:
    """Refuse a step that is not open in this status, naming those that are."""
    if step not in STEPS[status]:
        raise InvalidState("CPD activity", status.value, STEPS[status])


def expect_bookable(
    status: ActivityStatus,
    starts_at: datetime,
    booking_closes_at: datetime | None,
    replay_until_on: date | None,
    now: datetime,
) -> None:
    """Refuse a booking that comes too early or too late. A replay can be booked for as long as it can be watched."""
    replayed = replay_until_on is not None and now >= starts_at and london_day(now) <= replay_until_on
    if not (replayed and status is ActivityStatus.HELD):
        expect_step(status, "booking")
    if not replayed and now >= (booking_closes_at or starts_at):
        raise Conflict("booking_closed", "Places can no longer be booked.")


def attended_on(attendance: Attendance, last_starts_at: datetime, today: date) -> date:
    """The day that counts as CPD: of the last session for those who were there, of recording it for a replay."""
    return today if attendance is Attendance.WATCHED_REPLAY else london_day(last_starts_at)
