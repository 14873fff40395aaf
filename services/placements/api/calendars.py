"""The calendar of a placement for calendar programs (iCalendar, RFC 5545), under a link that can be revoked and names nobody.

A calendar program sends no token, so the link itself is the secret: 256 random bits of which only a hash is kept. Logs and
metrics name the route, never the path.
"""

import hashlib
import secrets
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import icalendar
from fastapi import APIRouter, Path
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID, like
from services.placements.domain.life import Life
from services.placements.domain.next_steps import next_steps
from services.placements.domain.schedule import ONE_DAY, plan
from services.placements.operations import named_steps
from services.placements.queries import named_steps as reading
from services.placements.queries.lives import lives_of
from services.placements.queries.placements import hold_placement
from services.placements.queries.visibility import reader
from shared.calendar import london_day
from shared.errors import NotFound
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, Page, Wire
from shared.http.writing import Key, created

router = APIRouter(tags=["schedules and progress"])

_MEDIA_TYPE = "text/calendar"
_Secret = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{43}$", max_length=43, description="The secret of the link.")
]


class LinkView(Wire):
    """A calendar link. Its address is shown once, when it is made."""

    model_config = like(id=SAMPLE_ID, created_at="2026-09-14T09:00:00Z", revoked_at=None)

    id: UUID
    created_at: Instant
    revoked_at: Instant | None


class NewLink(LinkView):
    """A calendar link that was just made."""

    model_config = like(
        id=SAMPLE_ID,
        created_at="2026-09-14T09:00:00Z",
        revoked_at=None,
        url="https://placements.example.org/calendars/Zm9yLXRoZS1leGFtcGxlLW9ubHktbm90LWEtc2VjcmV0MTI.ics",
    )

    url: str
    """Whoever has it sees the days of this placement; keep it as you keep a key."""


_MANY = TypeAdapter(list[LinkView])


@router.post(
    "/v1/placements/{placement_id}/calendar-links",
    operation_id="create_calendar_link",
    response_model=NewLink,
    status_code=201,
)
async def create_link(placement_id: Id, wired: Wired, principal: Writer, key: Key) -> Response:
    """Make a link to which a calendar program can subscribe: planned days and what is due, without any name."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        secret = secrets.token_urlsafe(32)
        now = wired.clock.now()
        made = await named_steps.link(session, placement, _hashed(secret), principal.subject, now=now)
        url = f"{wired.settings.public_url.rstrip('/')}/calendars/{secret}.ics"
        view = NewLink(id=made.id, created_at=made.created_at, revoked_at=None, url=url)
        where = f"/v1/placements/{placement_id}/calendar-links/{made.id}"
        return await key.keep(session, created(view, where, version=None))


@router.get(
    "/v1/placements/{placement_id}/calendar-links",
    operation_id="list_calendar_links",
    response_model=Page[LinkView],
)
async def list_links(placement_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The calendar links of a placement, without their addresses."""
    binds = {**reader(principal), "placement_id": placement_id}
    return await page(call, wired.db, reading.LINKS, binds, _MANY, filters={})


@router.delete(
    "/v1/placements/{placement_id}/calendar-links/{calendar_link_id}",
    operation_id="delete_calendar_link",
    status_code=204,
    response_class=Response,
)
async def delete_link(placement_id: Id, calendar_link_id: Id, wired: Wired, principal: Writer) -> Response:
    """Revoke a link: whoever has it sees nothing from now on. Nothing about a link changes, so no version is matched."""
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id)
        await named_steps.unlink(session, placement, calendar_link_id, now=wired.clock.now())
    return Response(status_code=204)


@router.get(
    "/calendars/{secret}.ics",
    operation_id="get_calendar",
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
    """The planned days of the placement behind the link, and what is due, for a calendar program. 404 once it is revoked."""
    now = wired.clock.now()
    async with wired.db.begin() as session:
        placement_id = await reading.placement_behind(session, _hashed(secret))
        if placement_id is None:
            raise NotFound("calendar")
        (life,) = await lives_of(session, [placement_id])
    return Response(_written(life, now), media_type=_MEDIA_TYPE)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _written(life: Life, now: datetime) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Practicum//placements//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Placement")
    today = london_day(now)
    for day in plan(life.terms, today):
        half = " (half a day)" if day.halves == 1 else ""
        words = f"Placement day {day.number} of {life.terms.days_required}{half}"
        calendar.add_component(_event(f"{life.id}-{day.on}", day.on, words, now))
    for step in next_steps(life, today):
        about = f" {step.about.replace('_', ' ')}" if step.about else ""
        words = f"Due: {step.code.value.replace('_', ' ')}{about} ({step.by.value.replace('_', ' ')})"
        uid = f"{life.id}-{step.code}-{step.by}-{step.about or ''}"
        calendar.add_component(_event(uid, step.due_on, words, now))
    written: bytes = calendar.to_ical()
    return written


def _event(uid: str, on: date, words: str, now: datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{uid}@practicum")
    event.add("dtstamp", now)
    event.add("dtstart", on)
    event.add("dtend", on + ONE_DAY)
    event.add("summary", words)
    event.add("transp", "TRANSPARENT")
    return event
