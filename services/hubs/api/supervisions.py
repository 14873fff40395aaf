"""Facilitators' own supervision: that it took place, and for whom it is due. Every six weeks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.operations.authors import Author
from services.hubs.operations.supervisions import record
from services.hubs.queries import supervisions as reading
from services.hubs.queries.visibility import reader
from shared.calendar import london_day
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key, created

router = APIRouter(prefix="/v1", tags=["facilitator supervisions"])

_EXAMPLE = {
    "facilitator_person_id": SAMPLE_ID,
    "supervisor_person_id": OTHER_ID,
    "held_on": "2026-10-19",
    "minutes": 60,
}


class SupervisionDraft(Wire):
    """A supervision that took place. What was spoken of is nobody else's business."""

    model_config = like(**_EXAMPLE)

    facilitator_person_id: UUID
    supervisor_person_id: UUID | None = None
    held_on: Day
    minutes: Annotated[int, Field(ge=1, le=480)] | None = None


class SupervisionView(SupervisionDraft):
    """A supervision that was noted."""

    model_config = like(id=SAMPLE_ID, **_EXAMPLE, updated_at=SAMPLE_AT)

    id: UUID
    updated_at: Instant


class SupervisionDue(Wire):
    """When a facilitator's next supervision is due."""

    model_config = like(id=SAMPLE_ID, hubs=2, last_on="2026-10-19", due_on="2026-11-30", overdue=False)

    id: UUID
    """The facilitator."""

    hubs: int
    """Hubs they facilitate that are not over."""

    last_on: Day | None
    due_on: Day
    """Six weeks after the last one, or after their first hub began."""

    overdue: bool


_one = TypeAdapter(SupervisionView)
_many = TypeAdapter(list[SupervisionView])
_due = TypeAdapter(list[SupervisionDue])


@router.get(
    "/facilitator-supervisions",
    operation_id="list_facilitator_supervisions",
    summary="Supervisions of facilitators",
    response_model=Page[SupervisionView],
)
async def list_facilitator_supervisions(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    facilitator_person_id: Annotated[UUID | None, Query(description="Only of this facilitator.")] = None,
) -> Response:
    """The supervisions the caller had or gave; for the office all."""
    filters: dict[str, object] = (
        {} if facilitator_person_id is None else {"facilitator_person_id": facilitator_person_id}
    )
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _many, filters=filters)


@router.get(
    "/facilitator-supervisions/due",
    operation_id="list_facilitator_supervisions_due",
    summary="Whose supervision is due when",
    response_model=Page[SupervisionDue],
)
async def list_facilitator_supervisions_due(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    overdue: Annotated[bool | None, Query(description="`true`: only those whose day has passed.")] = None,
) -> Response:
    """For the office every facilitator of a hub that is not over; for a facilitator themselves."""
    binds = {**reader(principal), "today": london_day(wired.clock.now())}
    statement = reading.OVERDUE if overdue else reading.DUE
    return await page(call, wired.db, statement, binds, _due, filters={"overdue": bool(overdue)})


@router.get(
    "/facilitator-supervisions/{supervision_id}",
    operation_id="get_facilitator_supervision",
    summary="One supervision",
    response_model=SupervisionView,
)
async def get_facilitator_supervision(
    supervision_id: Id, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """One supervision the caller had, gave or, as the office, sees to."""
    binds = {**reader(principal), "id": supervision_id}
    return await single(call, wired.db, reading.SINGLE, binds, _one, "supervision")


@router.post(
    "/facilitator-supervisions",
    operation_id="record_facilitator_supervision",
    summary="Note a supervision",
    response_model=SupervisionView,
    status_code=201,
)
async def record_facilitator_supervision(
    body: SupervisionDraft, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Note that a facilitator had supervision."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        author, now = Author.of(principal), wired.clock.now()
        supervision = await record(session, author, body.model_dump(), now)
        view = _one.validate_python(supervision, from_attributes=True)
        return await key.keep(session, created(view, f"/v1/facilitator-supervisions/{supervision.id}"))
