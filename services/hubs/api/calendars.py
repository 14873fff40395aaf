"""The sessions of a hub for calendar programs (iCalendar, RFC 5545), under a link that can be revoked and names nobody.

A calendar program sends no token, so the link itself is the secret: 256 random bits of which only a hash is kept. Logs and
metrics name the route, never the path.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import icalendar
from fastapi import APIRouter, Path
from pydantic import TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Id, like
from services.hubs.operations.authors import Author
from services.hubs.operations.calendar_links import link, unlink
from services.hubs.queries import calendar_links as reading
from services.hubs.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, Page, Wire
from shared.http.writing import Key, created

router = APIRouter(tags=["sessions"])

_MEDIA_TYPE = "text/calendar"
_Secret = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{43}$", max_length=43, description="The secret of the link.")
]


class LinkView(Wire):
    """A calendar link. Its address is shown once, when it is made."""

    model_config = like(id=SAMPLE_ID, created_at=SAMPLE_AT, revoked_at=None)

    id: UUID
    created_at: Instant
    revoked_at: Instant | None


class NewLink(LinkView):
    """A calendar link that was just made."""

    model_config = like(
        id=SAMPLE_ID,
        created_at=SAMPLE_AT,
        revoked_at=None,
        url="https://hubs.example.org/calendars/Zm9yLXRoZS1leGFtcGxlLW9ubHktbm90LWEtc2VjcmV0MTI.ics",
    )

    url: str
    """Whoever has it sees when the hub meets; keep it as you keep a key."""


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
        secret = secrets.token_urlsafe(32)
        made = await link(session, Author.of(principal), hub_id, _hashed(secret), wired.clock.now())
        url = f"{wired.settings.public_url.rstrip('/')}/calendars/{secret}.ics"
        view = NewLink(id=made.id, created_at=made.created_at, revoked_at=None, url=url)
        where = f"/v1/hubs/{hub_id}/calendar-links/{made.id}"
        return await key.keep(session, created(view, where, version=None))


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
    responses={
        200: {
            "description": "The calendar.",
            "content": {_MEDIA_TYPE: {"schema": {"type": "string", "maxLength": 1_000_000}}},
        }
    },
    openapi_extra={"security": []},
)
async def get_calendar(secret: _Secret, wired: Wired) -> Response:
    """The sessions of the hub behind the link, cancelled ones marked so. 404 once it is revoked."""
    async with wired.db.read() as connection:
        rows = await reading.sessions_behind(connection, _hashed(secret))
    return Response(_written(rows, wired.clock.now()), media_type=_MEDIA_TYPE)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _written(rows: Iterable[Any], now: datetime) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Practicum//hubs//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Student learning hub")
    for row in rows:
        event = icalendar.Event()
        event.add("uid", f"{row.id}@practicum")
        event.add("dtstamp", now)
        event.add("dtstart", row.begins_at)
        event.add("dtend", row.begins_at + timedelta(minutes=row.minutes))
        event.add("sequence", row.version)
        event.add("status", "CONFIRMED" if row.cancelled_at is None else "CANCELLED")
        event.add("summary", f"Hub session {row.number}: {row.kind.replace('_', ' ')}")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
