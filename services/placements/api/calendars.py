"""The calendar of a placement for calendar programs, under a link that can be revoked; it names nobody."""

from collections.abc import Iterator
from datetime import date, datetime

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
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

router = APIRouter(tags=["schedules and progress"])

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
        secret = new_secret()
        now = wired.clock.now()
        made = await named_steps.link(session, placement, hashed(secret), principal.subject, now=now)
        links = f"/v1/placements/{placement_id}/calendar-links"
        url = address(secret, wired.settings.public_url)
        return await key.keep(session, link_made(made, links, url), repeated=link_made(made, links, None))


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
    responses=CALENDAR,
    openapi_extra={"security": []},
)
async def get_calendar(secret: SecretOfLink, wired: Wired) -> Response:
    """The planned days of the placement behind the link, and what is due, for a calendar program. 404 once it is revoked."""
    now = wired.clock.now()
    async with wired.db.begin() as session:
        placement_id = await reading.placement_behind(session, hashed(secret))
        if placement_id is None:
            raise NotFound("calendar")
        (life,) = await lives_of(session, [placement_id])
    return calendar("placements", "Placement", _entries(life, now), now)


def _entries(life: Life, now: datetime) -> Iterator[Entry]:
    today = london_day(now)
    for day in plan(life.terms, today):
        half = " (half a day)" if day.halves == 1 else ""
        words = f"Placement day {day.number} of {life.terms.days_required}{half}"
        yield _whole_day(f"{life.id}-{day.on}", day.on, words)
    for step in next_steps(life, today):
        about = f" {step.about.replace('_', ' ')}" if step.about else ""
        words = f"Due: {step.code.value.replace('_', ' ')}{about} ({step.by.value.replace('_', ' ')})"
        uid = f"{life.id}-{step.code}-{step.by}-{step.about or ''}"
        yield _whole_day(uid, step.due_on, words)


def _whole_day(uid: str, on: date, words: str) -> Entry:
    return Entry(uid, on, on + ONE_DAY, words, {"transp": "TRANSPARENT"})
