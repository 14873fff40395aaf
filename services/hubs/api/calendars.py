"""The sessions of a hub for calendar programs, under a link that can be revoked; they name nobody."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired
from services.hubs.api.shapes import Id
from services.hubs.operations.authors import Author
from services.hubs.operations.calendar_links import link, unlink
from services.hubs.queries import calendar_links as reading
from services.hubs.queries.visibility import reader
from shared.http.calendars import (
    CALENDAR,
    Entry,
    LinkView,
    NewLink,
    SecretOfLink,
    address,
    calendar,
    hashed,
    link_made,
    new_secret,
)
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Page
from shared.http.writing import Key

router = APIRouter(tags=["sessions"])

_many = TypeAdapter(list[LinkView])


@router.post(
    "/v1/hubs/{hub_id}/calendar-links",
    operation_id="create_calendar_link",
    summary="Subscribe to a hub's sessions",
    response_model=NewLink,
    status_code=201,
)
async def create_calendar_link(hub_id: Id, wired: Wired, principal: Reader, key: Key) -> Response:
    """Make a link to which a calendar program can subscribe: when the hub meets, without any name."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        await reading.refuse_unmet_hub(session, reader(principal), hub_id)
        secret = new_secret()
        made = await link(session, Author.of(principal), hub_id, hashed(secret), wired.clock.now())
        links = f"/v1/hubs/{hub_id}/calendar-links"
        url = address(secret, wired.settings.public_url)
        return await key.keep(session, link_made(made, links, url), repeated=link_made(made, links, None))


@router.get(
    "/v1/hubs/{hub_id}/calendar-links",
    operation_id="list_calendar_links",
    summary="Your calendar links to a hub",
    response_model=Page[LinkView],
)
async def list_calendar_links(hub_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The caller's own links to a hub's sessions, without their addresses."""
    binds = {**reader(principal), "hub_id": hub_id, "made_by": principal.subject}
    return await page(call, wired.db, reading.LIST, binds, _many, filters={})


@router.delete(
    "/v1/hubs/{hub_id}/calendar-links/{calendar_link_id}",
    operation_id="delete_calendar_link",
    summary="Revoke a calendar link",
    status_code=204,
    response_class=Response,
)
async def delete_calendar_link(hub_id: Id, calendar_link_id: Id, wired: Wired, principal: Reader) -> Response:
    """Revoke a link: whoever has it sees nothing from now on. Nothing about a link changes, so no version is matched."""
    async with wired.db.begin() as session:
        await reading.refuse_unmet_hub(session, reader(principal), hub_id)
        await unlink(session, Author.of(principal), hub_id, calendar_link_id, wired.clock.now())
    return Response(status_code=204)


@router.get(
    "/calendars/{secret}.ics",
    operation_id="get_calendar",
    summary="A hub's sessions for a calendar program",
    response_class=Response,
    responses=CALENDAR,
    openapi_extra={"security": []},
)
async def get_calendar(secret: SecretOfLink, wired: Wired) -> Response:
    """The sessions of the hub behind the link, cancelled ones marked so. 404 once it is revoked."""
    async with wired.db.read() as connection:
        rows = await reading.sessions_behind(connection, hashed(secret))
    return calendar("hubs", "Student learning hub", map(_entry, rows), wired.clock.now())


def _entry(row: Any) -> Entry:
    return Entry(
        str(row.id),
        row.begins_at,
        row.begins_at + timedelta(minutes=row.minutes),
        f"Hub session {row.number}: {row.kind.replace('_', ' ')}",
        {"sequence": row.version, "status": "CONFIRMED" if row.cancelled_at is None else "CANCELLED"},
    )
