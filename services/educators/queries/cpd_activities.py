"""CPD activities: as they are shown, and held while their places are counted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import TIMESTAMP, Date, Uuid, and_, bindparam, cast, delete, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.educators.domain.cpd import BookingStatus, Meeting
from services.educators.models.cpd import CpdActivity, CpdBooking, CpdSession
from services.educators.queries.visibility import ACTIVITIES, HOSTED
from shared.errors import NotFound
from shared.http.lists import Filtered, equal
from shared.http.reading import one

_session = func.json_build_object("starts_at", CpdSession.starts_at, "ends_at", CpdSession.ends_at)
_sessions = (
    select(func.json_agg(aggregate_order_by(_session, CpdSession.starts_at)))
    .where(CpdSession.activity_id == CpdActivity.id)
    .correlate(CpdActivity)
    .scalar_subquery()
)


def _counted(status: BookingStatus) -> Any:
    of_activity = and_(CpdBooking.activity_id == CpdActivity.id, CpdBooking.status == status.value)
    return select(func.count()).where(of_activity).correlate(CpdActivity).scalar_subquery()


_SHOWN = select(
    CpdActivity.id,
    CpdActivity.organisation_id,
    CpdActivity.kind,
    CpdActivity.level,
    CpdActivity.title,
    CpdActivity.description,
    CpdActivity.open_to,
    _sessions.label("sessions"),
    CpdActivity.hours,
    CpdActivity.places,
    CpdActivity.price_pence,
    CpdActivity.practice_education,
    CpdActivity.peer_reflection,
    CpdActivity.booking_closes_at,
    CpdActivity.replay_until_on,
    CpdActivity.status,
    CpdActivity.starts_at,
    CpdActivity.ends_at,
    _counted(BookingStatus.CONFIRMED).label("booked"),
    _counted(BookingStatus.WAITING).label("waiting"),
    CpdActivity.version,
).where(ACTIVITIES)

ONE = _SHOWN.where(CpdActivity.id == bindparam("p_activity", type_=Uuid()))
"""One activity."""


def _london_midnight(name: str) -> Any:
    return func.timezone("Europe/London", cast(bindparam(name, type_=Date()), TIMESTAMP()))


LIST = Filtered(
    _SHOWN,
    CpdActivity.id,
    **equal(CpdActivity.kind),
    **equal(CpdActivity.status),
    **equal(CpdActivity.organisation_id),
    from_day=CpdActivity.ends_at >= _london_midnight("from_day"),
)
"""The activities the caller sees; those that end on a day or later."""


async def shown(session: AsyncSession, binds: Mapping[str, object], activity_id: UUID) -> dict[str, Any]:
    """One activity as the caller sees it, inside the transaction that changed it."""
    return await one(await session.connection(), ONE, {**binds, "p_activity": activity_id}, "CPD activity")


_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def hold_activity(session: AsyncSession, binds: Mapping[str, object], activity_id: UUID) -> CpdActivity:
    """The activity, if the caller sees it: nobody else books, gives up or counts its places until the transaction ends."""
    await session.execute(_LOCK, {"key": f"cpd_activity:{activity_id}"})
    statement = (
        select(CpdActivity)
        .where(ACTIVITIES, CpdActivity.id == activity_id)
        .execution_options(populate_existing=True)
    )
    activity = (await session.execute(statement, dict(binds))).scalar_one_or_none()
    if activity is None:
        raise NotFound("CPD activity")
    return activity


async def forget_sessions(session: AsyncSession, activity_id: UUID) -> None:
    """Drop the sessions of an activity; others take their place."""
    await session.execute(delete(CpdSession).where(CpdSession.activity_id == activity_id))


_STANDING = select(HOSTED.label("hosted")).where(
    ACTIVITIES, CpdActivity.id == bindparam("p_activity", type_=Uuid())
)


async def hosts(connection: AsyncConnection, binds: Mapping[str, object], activity_id: UUID) -> bool:
    """Whether the caller holds the activity; refused when they do not even see it."""
    found = await connection.execute(_STANDING, {**binds, "p_activity": activity_id})
    hosted: bool | None = found.scalar_one_or_none()
    if hosted is None:
        raise NotFound("CPD activity")
    return hosted


async def meetings_of(session: AsyncSession, activity_id: UUID) -> list[Meeting]:
    """The sessions of an activity, in their order."""
    statement = (
        select(CpdSession.starts_at, CpdSession.ends_at)
        .where(CpdSession.activity_id == activity_id)
        .order_by(CpdSession.starts_at)
    )
    return [Meeting(row.starts_at, row.ends_at) for row in await session.execute(statement)]
