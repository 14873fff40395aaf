"""Sessions of hubs: planning them, and what is planned."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter, model_validator
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.domain.planning import CancelReason, SessionKind
from services.hubs.operations.authors import Author
from services.hubs.operations.sessions import Span, plan
from services.hubs.queries import hubs, sessions
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.errors import NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Day, Instant, Page, Wire, like, up_to
from shared.http.writing import Key, created

router = APIRouter(prefix="/v1", tags=["sessions"])

_EXAMPLE = {
    "id": SAMPLE_ID,
    "hub_id": OTHER_ID,
    "number": 1,
    "kind": "reflective_skills",
    "held_on": "2026-09-22",
    "begins_at": "2026-09-22T08:30:00Z",
    "minutes": 90,
    "presenter": {"membership_id": OTHER_ID, "student_id": SAMPLE_ID},
    "covered_by_person_id": None,
    "moved_from": None,
    "cancelled_at": None,
    "cancel_reason": None,
    "recorded_at": None,
    "expected": 7,
    "present": None,
    "updated_at": SAMPLE_AT,
}


class PresenterRef(Wire):
    """The member whose turn it is to present."""

    membership_id: UUID
    student_id: UUID


class SessionView(Wire):
    """One meeting of a hub."""

    model_config = like(**_EXAMPLE)

    id: UUID
    hub_id: UUID
    number: int
    """From 1, in the hub."""

    kind: SessionKind
    held_on: Day
    begins_at: Instant
    minutes: int
    presenter: PresenterRef | None
    covered_by_person_id: UUID | None
    """Who leads this one session instead of the facilitator."""

    moved_from: Day | None
    """The day it was first planned for."""

    cancelled_at: Instant | None
    cancel_reason: CancelReason | None
    recorded_at: Instant | None
    """When its register was first taken."""

    expected: int
    """Members who belonged to the hub on that day."""

    present: int | None
    """How many came, late ones included; null until the register is taken."""

    updated_at: Instant


class PlanDraft(Wire):
    """What to plan. Without `ends_on` the hub's last day counts; without that, say how many sessions."""

    model_config = like(starts_on="2026-09-21", count=16)

    starts_on: Day | None = None
    """Without it, the members' placements say from when until when."""

    ends_on: Day | None = None
    count: Annotated[int, Field(ge=1, le=200)] | None = None
    evenly: bool = False
    """Spread `count` sessions over the time instead of meeting in the hub's cadence: small peer groups."""

    @model_validator(mode="after")
    def _counted(self) -> "PlanDraft":
        if self.evenly and self.count is None:
            raise ValueError("evenly needs a count")
        return self


class PlanView(Wire):
    """The sessions that were added."""

    model_config = like(items=[_EXAMPLE])

    items: Annotated[list[SessionView], up_to(200)]


_one = TypeAdapter(SessionView)
_many = TypeAdapter(list[SessionView])


@router.post(
    "/hubs/{hub_id}/session-plans",
    operation_id="plan_sessions",
    summary="Plan a hub's sessions",
    response_model=PlanView,
    status_code=201,
)
async def plan_hub_sessions(
    hub_id: Id, body: PlanDraft, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Add dated sessions in the hub's rhythm: kinds alternate, closed days are skipped, everybody gets turns to present."""
    author = Author.of(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        hub = await hubs.hold_hub(session, author.tenant, hub_id)
        if hub is None:
            raise NotFound("hub")
        span = Span(body.starts_on, body.ends_on, body.count, body.evenly)
        added = await plan(session, author, hub, span, wired.clock.now())
        items = []
        for row in added:
            binds = {**reader(principal), "id": row.id, "p_wide": True}
            columns = await seen_within(session, sessions.SINGLE, binds, "session")
            del columns["version"]
            items.append(columns)
        view = PlanView(items=_many.validate_python(items))
        return await key.keep(session, created(view, f"/v1/hubs/{hub_id}/sessions", version=None))


@router.get(
    "/hubs/{hub_id}/sessions",
    operation_id="list_sessions",
    summary="Sessions of a hub",
    response_model=Page[SessionView],
)
async def list_sessions(
    hub_id: Id,
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    recorded: Annotated[bool | None, Query(description="Only with (or without) a register.")] = None,
    held: Annotated[bool | None, Query(description="Only those not cancelled (or only cancelled).")] = None,
) -> Response:
    """The hub's sessions in the order they were planned, if the caller has to do with one of its members."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await one(connection, hubs.SINGLE, {**binds, "id": hub_id}, "hub")
    filters: dict[str, object] = {"hub_id": hub_id}
    asked = {"recorded": recorded, "held": held}
    filters |= {name: value for name, value in asked.items() if value is not None}
    return await page(call, wired.db, sessions.LIST.by(filters), binds, _many, filters=filters)


@router.get(
    "/sessions/{session_id}", operation_id="get_session", summary="One session", response_model=SessionView
)
async def get_session(session_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One session."""
    binds = {**reader(principal), "id": session_id}
    return await single(call, wired.db, sessions.SINGLE, binds, _one, "session")
