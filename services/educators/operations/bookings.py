"""Places in CPD activities: booked, waited for in order, given up, and passed on to whoever waited longest.

The activity is held by everything here (`hold_activity`): its places are counted before one is given.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.cpd import ActivityStatus, BookingStatus, expect_bookable
from services.educators.messages import (
    BookingCancelled,
    BookingConfirmed,
    BookingPromoted,
    BookingStep,
    BookingWaitlisted,
)
from services.educators.models.conflicts import ALREADY_BOOKED
from services.educators.models.cpd import CpdActivity, CpdBooking
from services.educators.models.educators import Educator
from services.educators.operations.authors import Author
from services.educators.queries.bookings import (
    bookings_of,
    first_waiting,
    has_booking,
    next_number,
    places_taken,
)
from shared.errors import Conflict, Forbidden, InvalidState, StaleVersion
from shared.events.outbox import publish
from shared.ids import new_id


async def book(
    session: AsyncSession, author: Author, activity: CpdActivity, educator: Educator, now: datetime
) -> CpdBooking:
    """A place for the educator if one is free, or else the last place in the queue.

    Educators book for themselves, organisations for theirs. Refused when the activity is not open to the educator's
    organisation, cannot be booked now, or is booked by them already.
    """
    author.expect_may_write(educator, own_word=True)
    if not _is_open_to(activity, educator):
        raise Forbidden(
            "not_open_to_organisation", "The activity is not open to the educator's organisation."
        )
    status = ActivityStatus(activity.status)
    expect_bookable(status, activity.starts_at, activity.booking_closes_at, activity.replay_until_on, now)
    if await has_booking(session, activity.id, educator.id):
        raise Conflict(*ALREADY_BOOKED)
    free = await _free_places(session, activity)
    booking = CpdBooking(
        id=new_id(),
        partnership_id=activity.partnership_id,
        activity_id=activity.id,
        educator_id=educator.id,
        organisation_id=educator.organisation_id,
        number=await next_number(session, activity.id),
        price_pence=activity.price_pence,
        status=BookingStatus.CONFIRMED if free else BookingStatus.WAITING,
        confirmed_at=now if free else None,
        created_at=now,
        updated_at=now,
        version=1,
    )
    session.add(booking)
    await session.flush()
    await _tell(session, activity, booking, BookingConfirmed if free else BookingWaitlisted, now)
    return booking


async def give_up(
    session: AsyncSession,
    author: Author,
    activity: CpdActivity,
    booking: CpdBooking,
    educator: Educator,
    *,
    seen: int | None,
    now: datetime,
) -> None:
    """Give a place or the waiting for one up, as the educator, their organisation or the host. The next in line moves up.

    A place is not given up once the activity has begun.
    """
    if not author.may_write_for(activity.organisation_id):
        author.expect_may_write(educator, own_word=True)
    if seen is not None and seen != booking.version:
        raise StaleVersion
    if booking.status == BookingStatus.CANCELLED:
        raise InvalidState("booking", booking.status, ())
    if booking.status == BookingStatus.CONFIRMED and now >= activity.starts_at:
        raise Conflict("already_begun", "The activity has begun; the host records who was there.")
    await _cancel(session, activity, booking, now)
    await promote(session, activity, now)


async def promote(session: AsyncSession, activity: CpdActivity, now: datetime) -> None:
    """Give free places to those who have waited longest, until the activity begins."""
    if activity.status != ActivityStatus.OPEN or now >= activity.starts_at:
        return
    free = await _free_places(session, activity)
    for booking in await first_waiting(session, activity.id, free):
        booking.status = BookingStatus.CONFIRMED
        booking.confirmed_at = now
        _touch(booking, now)
        await session.flush()
        await _tell(session, activity, booking, BookingPromoted, now)


async def call_off(session: AsyncSession, activity: CpdActivity, now: datetime) -> None:
    """End every booking of an activity that does not take place."""
    for booking in await bookings_of(session, activity.id):
        await _cancel(session, activity, booking, now)


MOST = 100_000
"""More than anybody ever asks for: the places of an activity without limit."""


async def _free_places(session: AsyncSession, activity: CpdActivity) -> int:
    if activity.places is None:
        return MOST
    return max(0, activity.places - await places_taken(session, activity.id))


def _is_open_to(activity: CpdActivity, educator: Educator) -> bool:
    partners = activity.open_to
    return partners is None or educator.organisation_id in partners or _is_hosts(activity, educator)


def _is_hosts(activity: CpdActivity, educator: Educator) -> bool:
    return educator.organisation_id == activity.organisation_id


async def _cancel(session: AsyncSession, activity: CpdActivity, booking: CpdBooking, now: datetime) -> None:
    booking.status = BookingStatus.CANCELLED
    booking.cancelled_at = now
    _touch(booking, now)
    await session.flush()
    await _tell(session, activity, booking, BookingCancelled, now)


def _touch(booking: CpdBooking, now: datetime) -> None:
    booking.version += 1
    booking.updated_at = now


async def _tell(
    session: AsyncSession, activity: CpdActivity, booking: CpdBooking, step: type[BookingStep], now: datetime
) -> None:
    await publish(
        session,
        step(activity_id=activity.id, educator_id=booking.educator_id),
        partnership_id=activity.partnership_id,
        subject=booking.id,
        audience=[activity.organisation_id, booking.organisation_id],
        now=now,
    )
