"""Pauses of a whole partnership or organisation: what travels, and the routes."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.operations.authors import Author
from services.placements.operations.pauses import Resting, decide, lift
from services.placements.queries import pauses as reading
from services.placements.queries.singles import as_changed
from services.placements.queries.visibility import reader
from shared.calendar import london_day
from shared.db import Session
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Code, Day, Instant, LongText, Page, Wire, like
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["pauses"])


class PauseIn(Wire):
    """From which day all active placements rest, and why: the whole partnership's, or those of one organisation."""

    model_config = like(**{"organisation_id": None, "from": "2026-11-02", "reason_code": "public_health"})

    organisation_id: UUID | None = None
    from_on: Annotated[Day, Field(alias="from")]
    reason_code: Code
    note: LongText | None = None


class ResumptionIn(Wire):
    """From which day the placements go on; today unless said."""

    model_config = like(on="2026-12-07")

    on: Day | None = None


class PauseView(Wire):
    """A pause, and how far it is carried out."""

    model_config = like(
        id=SAMPLE_ID,
        organisation_id=None,
        from_on="2026-11-02",
        reason_code="public_health",
        note=None,
        paused=412,
        applied_at="2026-11-02T09:00:04Z",
        resume_on=None,
        resumed=0,
        lifted_at=None,
        updated_at="2026-11-02T09:00:04Z",
    )

    id: UUID
    organisation_id: UUID | None
    from_on: date
    reason_code: str
    note: str | None
    paused: int
    """Placements that rest by it so far."""
    applied_at: Instant | None
    """When the last of them was reached."""
    resume_on: date | None
    resumed: int
    lifted_at: Instant | None
    updated_at: Instant


_ONE = TypeAdapter(PauseView)
_MANY = TypeAdapter(list[PauseView])


@router.get("/pauses", operation_id="list_pauses", response_model=Page[PauseView])
async def list_pauses(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    organisation_id: Annotated[UUID | None, Query(description="Only those of this organisation.")] = None,
) -> Response:
    """The pauses the caller sees."""
    given = {} if organisation_id is None else {"organisation_id": organisation_id}
    return await page(call, wired.db, reading.LIST.by(given), reader(principal), _MANY, filters=given)


@router.get("/pauses/{pause_id}", operation_id="get_pause", response_model=PauseView)
async def get_pause(pause_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One pause, and how many placements it has reached."""
    return await single(call, wired.db, reading.SINGLE, {**reader(principal), "id": pause_id}, _ONE, "pause")


@router.post("/pauses", operation_id="create_pause", response_model=PauseView, status_code=202)
async def create_pause(body: PauseIn, wired: Wired, principal: Writer, key: Key) -> Response:
    """Let all active placements rest from a day on, as in spring 2020. It is carried out in the background."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        given = Resting(body.organisation_id, body.from_on, body.reason_code, body.note)
        author = Author.of(principal)
        pause = await decide(session, author, given, principal.subject, now=wired.clock.now())
        await wired.queue.enqueue(session, "carry_out_pause", pause_id=pause.id)
        return await key.keep(session, await _shown(session, reader(principal), pause.id))


@router.post(
    "/pauses/{pause_id}/resumption", operation_id="resume_pause", response_model=PauseView, status_code=202
)
async def resume_pause(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    pause_id: Id,
    wired: Wired,
    principal: Writer,
    seen: IfMatch,
    key: Key,
    body: ResumptionIn | None = None,
) -> Response:
    """Let the placements go on that rest by this pause. Those that were suspended or ended meanwhile stay as they are."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        pause = await reading.hold_visible_pause(session, reader(principal), pause_id, seen)
        now = wired.clock.now()
        on = (body.on if body else None) or london_day(now)
        await lift(session, Author.of(principal), pause, on, principal.subject, now=now)
        await wired.queue.enqueue(session, "carry_out_pause", pause_id=pause.id)
        return await key.keep(session, await _shown(session, reader(principal), pause_id))


async def _shown(session: Session, binds: dict[str, object], pause_id: UUID) -> Response:
    columns = await as_changed(session, reading.SINGLE, {**binds, "id": pause_id}, "pause")
    version = columns.pop("version")
    shape = _ONE.validate_python(columns)
    return answer(shape, version=version, status=202, location=f"/v1/pauses/{pause_id}")
