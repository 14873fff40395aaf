"""The search for another placement: begun, logged from day 0, and ended. Who waits is not forgotten, and it can be shown."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.suspensions import Asked, SearchEnd
from services.placements.models.placements import Placement
from services.placements.operations import searches
from services.placements.operations.authors import Author
from services.placements.operations.resources import NOT_YOURS
from services.placements.queries import suspensions as reading
from services.placements.queries.placements import hold_placement
from services.placements.queries.visibility import reader
from services.placements.queries.working_days import calendar_of, hold_working_days
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import Forbidden
from shared.http.paging import ListCall
from shared.http.reading import one, page
from shared.http.wire import Day, Instant, LongText, Page, Wire, like
from shared.http.writing import Key, answer

router = APIRouter(prefix="/v1", tags=["suspensions"])


class SearchView(Wire):
    """A search for another placement for one student."""

    model_config = like(
        id=SAMPLE_ID,
        placement_id=SAMPLE_ID,
        began_on="2026-10-12",
        next_entry_due_at="2026-10-19T16:00:00Z",
        lead_told_at=None,
        board_told_at=None,
        ended_at=None,
        ending=None,
        found_placement_id=None,
    )

    id: UUID
    placement_id: UUID
    """The placement that came to an end, or rests."""
    began_on: date
    """Day 0."""
    next_entry_due_at: Instant
    """By when the log has a new entry, or people are told: five working days."""
    lead_told_at: Instant | None
    """When the programme lead was told that it takes long: after 20 working days."""
    board_told_at: Instant | None
    """When the board was told: after 40 working days."""
    ended_at: Instant | None
    ending: SearchEnd | None
    found_placement_id: UUID | None


class EntryIn(Wire):
    """Whom somebody asked, and what came of it."""

    model_config = like(
        on="2026-10-14", organisation_id=SAMPLE_ID, setting_id=None, result="waiting", note=None
    )

    on: Day
    organisation_id: UUID | None = None
    setting_id: UUID | None = None
    result: Asked
    note: LongText | None = None
    """The student reads it too."""


class EntryView(Wire):
    """One entry of the log."""

    model_config = like(
        id=SAMPLE_ID,
        on="2026-10-14",
        organisation_id=SAMPLE_ID,
        setting_id=None,
        result="waiting",
        note=None,
        logged_at="2026-10-14T10:00:00Z",
    )

    id: UUID
    on: date
    organisation_id: UUID | None
    setting_id: UUID | None
    result: Asked
    note: str | None
    logged_at: Instant


class EndIn(Wire):
    """How the search ended."""

    model_config = like(ending="found", found_placement_id=SAMPLE_ID)

    ending: SearchEnd
    found_placement_id: Annotated[
        UUID | None, Field(description="The new placement; with `found`, and only then.")
    ] = None


_ONE = TypeAdapter(SearchView)
_MANY = TypeAdapter(list[SearchView])
_ENTRIES = TypeAdapter(list[EntryView])


@router.get(
    "/placements/{placement_id}/searches",
    operation_id="list_placement_searches",
    response_model=Page[SearchView],
)
async def list_searches(placement_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The searches for another placement. For the student, the tutor, the university and the office."""
    filters = {"placement_id": placement_id}
    await _refuse_invisible(wired, principal, placement_id)
    return await page(call, wired.db, reading.SEARCHES, reader(principal), _MANY, filters=filters)


@router.get(
    "/placements/{placement_id}/search/entries",
    operation_id="list_search_entries",
    response_model=Page[EntryView],
)
async def list_entries(placement_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The log: whom somebody asked, when, and what came of it."""
    filters = {"placement_id": placement_id}
    await _refuse_invisible(wired, principal, placement_id)
    return await page(call, wired.db, reading.ENTRIES, reader(principal), _ENTRIES, filters=filters)


@router.post(
    "/placements/{placement_id}/search",
    operation_id="start_placement_search",
    response_model=SearchView,
    status_code=201,
)
async def begin_search(placement_id: Id, wired: Wired, principal: Writer, key: Key) -> Response:
    """Begin to look for another placement: today is day 0. A search that is under way is answered as it is."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await _held(session, principal, placement_id)
        search = await searches.begin_search(
            session, placement, calendar=await calendar_of(session, placement), now=wired.clock.now()
        )
        return await key.keep(session, await _shown(session, principal, placement_id, search.id))


@router.post(
    "/placements/{placement_id}/search/entries",
    operation_id="record_search_entry",
    response_model=EntryView,
    status_code=201,
)
async def log_search(placement_id: Id, body: EntryIn, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add to the log whom somebody asked. The next entry is due within five working days."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await _held(session, principal, placement_id)
        entry = searches.Entry(body.on, body.organisation_id, body.setting_id, body.result, body.note)
        row = await searches.log(
            session,
            placement,
            entry,
            principal.subject,
            calendar=await calendar_of(session, placement),
            now=wired.clock.now(),
        )
        kept = {name: getattr(row, name) for name in EntryView.model_fields if name != "logged_at"}
        view = EntryView.model_validate({**kept, "logged_at": row.at})
        return await key.keep(session, answer(view, status=201))


@router.post(
    "/placements/{placement_id}/search/ending",
    operation_id="end_placement_search",
    response_model=SearchView,
)
async def end_search(placement_id: Id, body: EndIn, wired: Wired, principal: Writer, key: Key) -> Response:
    """End the search: a placement was found, none is needed, or the student withdrew."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await _held(session, principal, placement_id)
        now = wired.clock.now()
        search = await searches.end(session, placement, body.ending, body.found_placement_id, now=now)
        shown = await _shown(session, principal, placement_id, search.id, status=200)
        return await key.keep(session, shown)


async def _held(session: Session, principal: Principal, placement_id: UUID) -> Placement:
    placement = await hold_placement(session, reader(principal), placement_id)
    await hold_working_days(session)
    if not Author.of(principal).may_write(placement.university_id):
        raise Forbidden(*NOT_YOURS)
    return placement


async def _refuse_invisible(wired: Wiring, principal: Principal, placement_id: UUID) -> None:
    async with wired.db.read() as connection:
        await one(connection, reading.SEEN, {**reader(principal), "placement_id": placement_id}, "placement")


async def _shown(
    session: Session, principal: Principal, placement_id: UUID, search_id: UUID, *, status: int = 201
) -> Response:
    binds = {**reader(principal), "placement_id": placement_id, "id": search_id}
    columns = await one(await session.connection(), reading.SEARCH, binds, "search")
    return answer(_ONE.validate_python(columns), status=status)
