"""Reading links for calendar programs, and the sessions behind one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.hubs.models.calendar_links import CalendarLink
from services.hubs.models.hubs import Hub
from services.hubs.models.sessions import HubSession
from services.hubs.queries.visibility import MEETINGS
from shared.errors import NotFound
from shared.http.reading import listing

_MET = select(Hub.id).where(MEETINGS, Hub.id == bindparam("id", type_=Uuid()))

LIST = listing(
    select(CalendarLink.id, CalendarLink.created_at, CalendarLink.revoked_at)
    .join(Hub, Hub.id == CalendarLink.hub_id)
    .where(
        MEETINGS,
        CalendarLink.hub_id == bindparam("hub_id", type_=Uuid()),
        CalendarLink.made_by == bindparam("made_by", type_=Text()),
    ),
    CalendarLink.id,
)
"""The caller's own links to one hub, without their secrets: nobody can read those again."""

_BEHIND = (
    select(
        HubSession.id,
        HubSession.number,
        HubSession.kind,
        HubSession.begins_at,
        HubSession.minutes,
        HubSession.cancelled_at,
        HubSession.version,
    )
    .join(CalendarLink, CalendarLink.hub_id == HubSession.hub_id)
    .where(
        CalendarLink.secret_hash == bindparam("secret_hash", type_=Text()), CalendarLink.revoked_at.is_(None)
    )
    .order_by(HubSession.begins_at)
    .limit(1000)
)
_LINK = select(CalendarLink.id).where(
    CalendarLink.secret_hash == bindparam("secret_hash", type_=Text()), CalendarLink.revoked_at.is_(None)
)


async def refuse_unmet_hub(session: AsyncSession, binds: dict[str, object], hub_id: UUID) -> None:
    """Refuse a hub whose meetings are not the caller's business."""
    if (await session.execute(_MET, {**binds, "id": hub_id})).one_or_none() is None:
        raise NotFound("hub")


async def sessions_behind(connection: AsyncConnection, secret_hash: str) -> Sequence[Any]:
    """The sessions a link shows, in their order; `NotFound` when there is no such link, or it is revoked."""
    if (await connection.execute(_LINK, {"secret_hash": secret_hash})).one_or_none() is None:
        raise NotFound("calendar")
    return (await connection.execute(_BEHIND, {"secret_hash": secret_hash})).all()


async def hold_link(session: AsyncSession, hub_id: UUID, link_id: UUID) -> CalendarLink:
    """A link of a hub, locked until the transaction ends."""
    statement = (
        select(CalendarLink)
        .where(CalendarLink.hub_id == hub_id, CalendarLink.id == link_id)
        .with_for_update()
    )
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound("calendar link")
    return found
