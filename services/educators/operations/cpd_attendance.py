"""Who was there: said by the host in one list, and for everybody who was, CPD on their record, once.

What is corrected is withdrawn from the record, and the currency of everybody concerned is found anew.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import Source
from services.educators.domain.cpd import (
    ActivityStatus,
    Attendance,
    BookingStatus,
    attended_on,
    expect_step,
)
from services.educators.models.cpd import CpdActivity, CpdBooking
from services.educators.models.evidence import CpdRecord
from services.educators.operations.authors import Author
from services.educators.operations.cpd_activities import expect_host
from services.educators.operations.currency import settle
from services.educators.operations.evidence import new_record
from services.educators.queries.bookings import bookings_of
from services.educators.queries.educators import hold_educators
from services.educators.queries.evidence import cpd_records_of
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Invalid

_SOURCE = Source.CPD_ACTIVITY


@dataclass(frozen=True, slots=True)
class Entry:
    """What the host says of one educator."""

    educator_id: UUID
    attendance: Attendance


async def record_attendance(
    session: AsyncSession,
    author: Author,
    activity: CpdActivity,
    entries: Sequence[Entry],
    now: datetime,
    *,
    may_correct: Callable[[int], None],
) -> None:
    """Record the whole list. Of anybody with a place who is not on it nothing is known (any more).

    The same list again changes nothing. `may_correct` is asked with the version before a list that is there changes.
    Refused with all faults, by anybody but the host, and before the last session has begun.
    """
    expect_host(author, activity.organisation_id)
    expect_step(ActivityStatus(activity.status), "attendance")
    if now < activity.last_starts_at:
        raise Conflict("not_yet_held", "The last session has not begun yet.")
    booked = {
        booking.educator_id: booking
        for booking in await bookings_of(session, activity.id)
        if booking.status == BookingStatus.CONFIRMED
    }
    faults = list(_faults(activity, booked, entries, london_day(now)))
    if faults:
        raise Invalid(faults)
    said = {entry.educator_id: entry.attendance for entry in entries}
    changed = [booking for id_, booking in booked.items() if booking.attendance != said.get(id_)]
    if activity.held_at is None:
        activity.held_at = now
        activity.status = ActivityStatus.HELD
    elif changed:
        may_correct(activity.version)
    else:
        return
    activity.version += 1
    activity.updated_at = now
    await _enter(session, activity, [(booking, said.get(booking.educator_id)) for booking in changed], now)


def _faults(
    activity: CpdActivity, booked: dict[UUID, CpdBooking], entries: Sequence[Entry], today: date
) -> Iterator[Fault]:
    times = Counter(entry.educator_id for entry in entries)
    replay_is_over = activity.replay_until_on is None or today > activity.replay_until_on
    for n, entry in enumerate(entries):
        booking = booked.get(entry.educator_id)
        if booking is None:
            yield Fault(f"/entries/{n}/educator_id", "not_booked", "This educator has no place.")
        elif times[entry.educator_id] > 1:
            yield Fault(f"/entries/{n}/educator_id", "twice", "This educator is on the list twice.")
        elif (
            entry.attendance is Attendance.WATCHED_REPLAY
            and booking.attendance != entry.attendance
            and replay_is_over
        ):
            words = "There is no replay, or it has ended."
            yield Fault(f"/entries/{n}/attendance", "no_replay", words)


async def _enter(
    session: AsyncSession,
    activity: CpdActivity,
    changes: Sequence[tuple[CpdBooking, Attendance | None]],
    now: datetime,
) -> None:
    """Write the attendance, and what it means for the records and the currency of those concerned."""
    ids = [booking.educator_id for booking, _ in changes]
    educators = await hold_educators(session, activity.partnership_id, ids)
    records = await cpd_records_of(session, activity.id, ids)
    for booking, attendance in changes:
        record = records.get(booking.educator_id)
        if record is not None:
            record.withdrawn_at = now
            record.updated_at = now
            record.version += 1
        booking.attendance = attendance
        booking.attended_on = None
        booking.updated_at = now
        booking.version += 1
        if attendance is not None and attendance.counts:
            booking.attended_on = attended_on(attendance, activity.last_starts_at, london_day(now))
    await session.flush()
    for booking in (booking for booking, _ in changes if booking.attended_on is not None):
        session.add(
            new_record(CpdRecord, educators[booking.educator_id], _cpd(activity, booking), now, _SOURCE)
        )
    await settle(session, activity.partnership_id, ids, now)


def _cpd(activity: CpdActivity, booking: CpdBooking) -> dict[str, object]:
    return {
        "activity_id": activity.id,
        "on": booking.attended_on,
        "title": activity.title,
        "hours": activity.hours,
        "practice_education": activity.practice_education,
        "peer_reflection": activity.peer_reflection,
    }
