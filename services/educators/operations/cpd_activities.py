"""CPD activities: prepared, opened, changed, and called off.

A change that changes nothing writes nothing and leaves the version alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.cpd import (
    ActivityKind,
    ActivityStatus,
    Meeting,
    Offer,
    expect_step,
    faults_of,
)
from services.educators.messages import CpdActivityCancelled, CpdActivityOpened
from services.educators.models.cpd import CpdActivity, CpdSession
from services.educators.operations.authors import Author
from services.educators.operations.bookings import call_off, promote
from services.educators.queries.bookings import places_taken
from services.educators.queries.cpd_activities import forget_sessions, meetings_of
from services.educators.queries.educators import organisations_with_educators
from shared.calendar import london_day
from shared.errors import Conflict, Forbidden, Invalid, StaleVersion
from shared.events.outbox import Message, publish
from shared.ids import new_id

Values = Mapping[str, Any]
"""Columns and their values."""

NOT_HOST = ("not_the_host", "Only the organisation that holds the activity may do this.")


async def prepare(
    session: AsyncSession, author: Author, values: Values, meetings: Sequence[Meeting], now: datetime
) -> CpdActivity:
    """A new activity as a draft, which only its host sees. Refused with all faults."""
    expect_host(author, values["organisation_id"])
    _expect_sound(values, meetings)
    activity = CpdActivity(
        id=new_id(),
        partnership_id=author.tenant,
        status=ActivityStatus.DRAFT,
        created_at=now,
        updated_at=now,
        version=1,
        **values,
        **_times(meetings),
    )
    session.add(activity)
    await session.flush()
    session.add_all(_sessions(activity, meetings, now))
    await session.flush()
    return activity


async def change(
    session: AsyncSession,
    author: Author,
    activity: CpdActivity,
    values: Values,
    meetings: Sequence[Meeting] | None,
    *,
    seen: int | None,
    now: datetime,
) -> None:
    """Change some columns, or the sessions, of an activity that is held by the caller. More places go to those who wait."""
    expect_host_and_version(author, activity, seen)
    expect_step(ActivityStatus(activity.status), "change")
    expect_host(author, values.get("organisation_id", activity.organisation_id))
    before = await meetings_of(session, activity.id)
    wanted = list(meetings) if meetings is not None else before
    differing = {name: value for name, value in values.items() if getattr(activity, name) != value}
    columns = {name: getattr(activity, name) for name in _RULED} | differing
    _expect_sound(columns, wanted)
    if not differing and wanted == before:
        return
    for name, value in (differing | _times(wanted)).items():
        setattr(activity, name, value)
    if wanted != before:
        await forget_sessions(session, activity.id)
        session.add_all(_sessions(activity, wanted, now))
    _touch(activity, now)
    await _expect_places(session, activity)
    await session.flush()
    await promote(session, activity, now)


async def open_for_booking(
    session: AsyncSession, author: Author, activity: CpdActivity, *, seen: int | None, now: datetime
) -> None:
    """From now on everybody to whom it is open sees the activity and can book it."""
    expect_host_and_version(author, activity, seen)
    expect_step(ActivityStatus(activity.status), "opening")
    if activity.starts_at <= now:
        raise Conflict("already_begun", "The first session has begun. Change its time first.")
    activity.status = ActivityStatus.OPEN
    _touch(activity, now)
    told = CpdActivityOpened(
        organisation_id=activity.organisation_id,
        kind=ActivityKind(activity.kind),
        starts_on=london_day(activity.starts_at),
    )
    await _tell(session, activity, told, now)


async def cancel(
    session: AsyncSession, author: Author, activity: CpdActivity, *, seen: int | None, now: datetime
) -> None:
    """Call the activity off, and with it everybody's booking."""
    expect_host_and_version(author, activity, seen)
    expect_step(ActivityStatus(activity.status), "cancellation")
    activity.status = ActivityStatus.CANCELLED
    _touch(activity, now)
    await call_off(session, activity, now)
    await _tell(session, activity, CpdActivityCancelled(organisation_id=activity.organisation_id), now)


async def delete(session: AsyncSession, author: Author, activity: CpdActivity, *, seen: int | None) -> None:
    """Remove a draft that nobody else has seen."""
    expect_host_and_version(author, activity, seen)
    expect_step(ActivityStatus(activity.status), "deletion")
    await forget_sessions(session, activity.id)
    await session.delete(activity)


def expect_host(author: Author, organisation_id: UUID) -> None:
    """Refuse when the organisation that holds an activity is not the author's to act for."""
    if not author.may_write_for(organisation_id):
        raise Forbidden(*NOT_HOST)


def expect_host_and_version(author: Author, activity: CpdActivity, seen: int | None) -> None:
    """Refuse anybody but the host, and a step based on an older version (`seen`; None: whatever it is now)."""
    expect_host(author, activity.organisation_id)
    if seen is not None and seen != activity.version:
        raise StaleVersion


_RULED = ("kind", "level", "places", "booking_closes_at", "replay_until_on")


def _expect_sound(columns: Values, meetings: Sequence[Meeting]) -> None:
    ruled = {name: columns[name] for name in _RULED} | {"kind": ActivityKind(columns["kind"])}
    faults = list(faults_of(Offer(meetings=meetings, **ruled)))
    if faults:
        raise Invalid(faults)


async def _expect_places(session: AsyncSession, activity: CpdActivity) -> None:
    taken = await places_taken(session, activity.id)
    if activity.places is not None and activity.places < taken:
        raise Conflict("places_taken", f"{taken} places are taken; there cannot be fewer.", taken=taken)


def _times(meetings: Sequence[Meeting]) -> dict[str, datetime]:
    first, last = meetings[0], meetings[-1]
    return {"starts_at": first.starts_at, "last_starts_at": last.starts_at, "ends_at": last.ends_at}


def _sessions(activity: CpdActivity, meetings: Sequence[Meeting], now: datetime) -> list[CpdSession]:
    whose = {"partnership_id": activity.partnership_id, "activity_id": activity.id, "created_at": now}
    return [
        CpdSession(id=new_id(), starts_at=each.starts_at, ends_at=each.ends_at, **whose) for each in meetings
    ]


def _touch(activity: CpdActivity, now: datetime) -> None:
    activity.version += 1
    activity.updated_at = now


async def _tell(session: AsyncSession, activity: CpdActivity, message: Message, now: datetime) -> None:
    await session.flush()
    everybody = activity.open_to is None
    partners = (
        await organisations_with_educators(session, activity.partnership_id)
        if everybody
        else activity.open_to or ()
    )
    await publish(
        session,
        message,
        partnership_id=activity.partnership_id,
        subject=activity.id,
        audience=[activity.organisation_id, *partners],
        now=now,
    )
