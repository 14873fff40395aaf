"""Bookings of CPD activities: as they are shown, counted, and next in the queue."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.educators.domain.cpd import BookingStatus
from services.educators.models.cpd import CpdActivity, CpdBooking, CpdSession
from services.educators.models.educators import Educator
from services.educators.models.evidence import CpdRecord
from services.educators.queries.visibility import ACTIVITIES, BOOKINGS, OF_ACTIVITY
from shared.errors import NotFound
from shared.http.lists import Filtered, equal
from shared.http.reading import one

_CONFIRMED, _WAITING = BookingStatus.CONFIRMED.value, BookingStatus.WAITING.value
_CANCELLED = BookingStatus.CANCELLED.value

_Before = aliased(CpdBooking)
_position = (
    select(func.count())
    .where(
        _Before.activity_id == CpdBooking.activity_id,
        _Before.status == _WAITING,
        _Before.number <= CpdBooking.number,
    )
    .correlate(CpdBooking)
    .scalar_subquery()
)

_Other, _Ours, _Theirs = aliased(CpdBooking), aliased(CpdSession), aliased(CpdSession)
_overlaps = (
    select(func.coalesce(func.json_agg(_Other.activity_id.distinct()), func.json_build_array()))
    .join(_Theirs, _Theirs.activity_id == _Other.activity_id)
    .join(_Ours, and_(_Ours.starts_at < _Theirs.ends_at, _Theirs.starts_at < _Ours.ends_at))
    .where(
        CpdBooking.status != _CANCELLED,
        _Ours.activity_id == CpdBooking.activity_id,
        _Other.educator_id == CpdBooking.educator_id,
        _Other.activity_id != CpdBooking.activity_id,
        _Other.status != _CANCELLED,
    )
    .correlate(CpdBooking)
    .scalar_subquery()
)

_OF_EDUCATOR = and_(
    Educator.partnership_id == CpdBooking.partnership_id, Educator.id == CpdBooking.educator_id
)
_SHOWN = (
    select(
        CpdBooking.id,
        CpdBooking.activity_id,
        CpdBooking.educator_id,
        Educator.full_name,
        CpdBooking.organisation_id,
        CpdBooking.status,
        case((CpdBooking.status == _WAITING, _position)).label("position"),
        CpdBooking.price_pence,
        CpdBooking.created_at.label("booked_at"),
        CpdBooking.confirmed_at,
        CpdBooking.cancelled_at,
        CpdBooking.attendance,
        _overlaps.label("overlaps"),
        CpdBooking.version,
    )
    .join(CpdActivity, OF_ACTIVITY)
    .join(Educator, _OF_EDUCATOR)
    .where(BOOKINGS)
)

ONE = _SHOWN.where(CpdBooking.id == bindparam("p_booking", type_=Uuid()))
"""One booking."""

LIST = Filtered(
    _SHOWN,
    CpdBooking.id,
    **equal(CpdBooking.educator_id),
    **equal(CpdBooking.activity_id),
    **equal(CpdBooking.status),
)
"""The bookings the caller sees, in the order they were made."""

_record = (
    select(CpdRecord.id)
    .where(
        CpdRecord.activity_id == CpdBooking.activity_id,
        CpdRecord.educator_id == CpdBooking.educator_id,
        CpdRecord.withdrawn_at.is_(None),
    )
    .correlate(CpdBooking)
    .scalar_subquery()
)
_entry = func.json_build_object(
    "educator_id",
    CpdBooking.educator_id,
    "full_name",
    Educator.full_name,
    "attendance",
    CpdBooking.attendance,
    "cpd_record_id",
    _record,
)
_entries = (
    select(
        func.coalesce(func.json_agg(aggregate_order_by(_entry, CpdBooking.number)), func.json_build_array())
    )
    .join(Educator, _OF_EDUCATOR)
    .where(OF_ACTIVITY, CpdBooking.status == _CONFIRMED, BOOKINGS)
    .correlate(CpdActivity)
    .scalar_subquery()
)
ATTENDANCE = select(
    CpdActivity.id.label("activity_id"),
    CpdActivity.status,
    CpdActivity.held_at,
    _entries.label("entries"),
    CpdActivity.version,
).where(ACTIVITIES, CpdActivity.id == bindparam("p_activity", type_=Uuid()))
"""Everybody with a place in an activity whom the caller may see, and whether they were there."""


async def shown(session: AsyncSession, binds: Mapping[str, object], booking_id: UUID) -> dict[str, Any]:
    """One booking as the caller sees it, inside the transaction that changed it."""
    return await one(await session.connection(), ONE, {**binds, "p_booking": booking_id}, "booking")


async def places_taken(session: AsyncSession, activity_id: UUID) -> int:
    """How many places of an activity are taken. Hold the activity first."""
    taken = select(func.count()).where(CpdBooking.activity_id == activity_id, CpdBooking.status == _CONFIRMED)
    return int((await session.execute(taken)).scalar_one())


async def next_number(session: AsyncSession, activity_id: UUID) -> int:
    """The number of the next booking of an activity. Hold the activity first."""
    last = select(func.coalesce(func.max(CpdBooking.number), 0)).where(CpdBooking.activity_id == activity_id)
    return int((await session.execute(last)).scalar_one()) + 1


async def first_waiting(session: AsyncSession, activity_id: UUID, count: int) -> Sequence[CpdBooking]:
    """Those who have waited longest for a place of an activity. Hold the activity first."""
    statement = (
        select(CpdBooking)
        .where(CpdBooking.activity_id == activity_id, CpdBooking.status == _WAITING)
        .order_by(CpdBooking.number)
        .limit(count)
    )
    return (await session.execute(statement)).scalars().all()


async def bookings_of(session: AsyncSession, activity_id: UUID) -> Sequence[CpdBooking]:
    """The bookings of an activity that were not given up, in their order. Hold the activity first."""
    statement = (
        select(CpdBooking)
        .where(CpdBooking.activity_id == activity_id, CpdBooking.status != _CANCELLED)
        .order_by(CpdBooking.number)
    )
    return (await session.execute(statement)).scalars().all()


async def has_booking(session: AsyncSession, activity_id: UUID, educator_id: UUID) -> bool:
    """Whether the educator has a place in the activity, or waits for one."""
    statement = select(CpdBooking.id).where(
        CpdBooking.activity_id == activity_id,
        CpdBooking.educator_id == educator_id,
        CpdBooking.status != _CANCELLED,
    )
    return (await session.execute(statement)).first() is not None


async def activity_of(session: AsyncSession, binds: Mapping[str, object], booking_id: UUID) -> UUID:
    """The activity of a booking that the caller sees."""
    statement = select(CpdBooking.activity_id).join(CpdActivity, OF_ACTIVITY)
    found = await session.execute(statement.where(BOOKINGS, CpdBooking.id == booking_id), dict(binds))
    activity_id = found.scalar_one_or_none()
    if activity_id is None:
        raise NotFound("booking")
    return activity_id


async def booking_now(session: AsyncSession, booking_id: UUID) -> CpdBooking:
    """The booking as it is now. Hold its activity first."""
    statement = select(CpdBooking).where(CpdBooking.id == booking_id)
    return (await session.execute(statement.execution_options(populate_existing=True))).scalar_one()
