"""Match runs: what travels, and the routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Matcher, Reader, Wired, office_only
from services.placements.api.resources import Id
from services.placements.api.scenarios import ScenarioIn, ScenarioView, frozen_scenario
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.operations import match_runs
from services.placements.queries import match_runs as reading
from services.placements.queries.match_runs import hold_round, hold_run
from services.placements.queries.visibility import reader
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.db import Session
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Instant, Page, Wire, like, up_to
from shared.http.writing import IdempotencyKey, IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["matching"])


class Progress(Wire):
    """How far a run is: its stage, and from the first aim on the one reached last with its value."""

    stage: str
    """`queued`, `solving`, `explaining` (every aim is settled), then `completed`, `failed` or `cancelled`."""

    aim: str | None = None
    value: int | None = None
    placed: int | None = None
    """How many students the result will place: a bound until the run is completed, and nearly always exact."""


class AimReached(Wire):
    """What the result reaches of one aim, given the aims before it."""

    code: str
    value: int
    least: bool
    """Whether less is better."""
    proved: bool = True
    """Whether the certificate shows that nothing better exists; its bound says what could be, where it does not."""


class RunView(Wire):
    """One computation of who goes where."""

    model_config = like(
        id=SAMPLE_ID,
        round_id=SAMPLE_ID,
        status="completed",
        progress={"stage": "completed", "aim": None, "value": None, "placed": None},
        input_hash="9f2c" * 16,
        outcome={"requests": 36, "placed": 31, "first_preference": 19},
        aims=[{"code": "placed", "value": 31, "least": False}],
        versions={"highs": "1.15.1"},
        failure=None,
        educators_as_of=None,
        created_at="2026-07-06T09:00:00Z",
        completed_at="2026-07-06T09:00:02Z",
        published_at=None,
        base_run_id=None,
        scenario=None,
    )

    id: UUID
    round_id: UUID
    status: MatchRunStatus
    progress: Progress
    input_hash: str | None
    """SHA-256 of the frozen inputs: the same inputs give the same result."""
    outcome: dict[str, int] | None
    aims: Annotated[list[AimReached], up_to(20)] | None
    versions: dict[str, str] | None
    failure: str | None
    """Why there is no result, as a code."""

    educators_as_of: Instant | None
    """Set when the educators service was silent and its last known answers were used: the age of the oldest."""
    created_at: Instant
    completed_at: Instant | None
    published_at: Instant | None
    base_run_id: UUID | None
    """The run a scenario differs from."""
    scenario: ScenarioView | None
    """What is different; such a run answers a question and is never published."""


class RunIn(Wire):
    """A run of the round as it stands, or with a `scenario` a what-if beside a run that is completed."""

    model_config = like(scenario=None)

    scenario: ScenarioIn | None = None


_ONE = TypeAdapter(RunView)
_MANY = TypeAdapter(list[RunView])


@router.post(
    "/rounds/{round_id}/match-runs", operation_id="request_match_run", response_model=RunView, status_code=202
)
async def request_match_run(
    round_id: Id,
    wired: Wired,
    principal: Matcher,
    key: Key,
    body: RunIn | None = None,
) -> Response:
    """Ask for a run of the round as it stands, or for a scenario. It is computed in the background; read it until done."""
    office_only(principal)
    if body is not None and body.scenario is not None:
        return await _scenario_run(round_id, wired, principal, key, body.scenario)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        of_round = await hold_round(session, principal.tenant, round_id)
        run = await match_runs.request(session, of_round, by=principal.subject, now=wired.clock.now())
        await wired.queue.enqueue(session, "run_match", run_id=run.id)
        shown = await _shown(session, principal, run.id, 202, f"/v1/match-runs/{run.id}")
        return await key.keep(session, shown)


async def _scenario_run(
    round_id: UUID, wired: Wiring, principal: Principal, key: IdempotencyKey, asked: ScenarioIn
) -> Response:
    frozen = await frozen_scenario(wired, principal.tenant, round_id, asked)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        base = await hold_run(session, reader(principal), asked.base_run_id, seen=None)
        told = asked.model_dump(mode="json", exclude_unset=True)
        run = await match_runs.request_scenario(
            session, base, frozen, told, by=principal.subject, now=wired.clock.now()
        )
        await wired.queue.enqueue(session, "run_match", run_id=run.id)
        shown = await _shown(session, principal, run.id, 202, f"/v1/match-runs/{run.id}")
        return await key.keep(session, shown)


@router.get("/match-runs", operation_id="list_match_runs", response_model=Page[RunView])
async def list_match_runs(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    round_id: Annotated[UUID | None, Query(description="Only runs of this round.")] = None,
) -> Response:
    """The runs the caller sees."""
    filters = {"round_id": round_id} if round_id else {}
    return await page(call, wired.db, reading.RUN_LIST.by(filters), reader(principal), _MANY, filters=filters)


@router.get("/match-runs/{run_id}", operation_id="get_match_run", response_model=RunView)
async def get_match_run(run_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One run: how far it is, and its outcome."""
    return await single(call, wired.db, reading.RUN, {**reader(principal), "id": run_id}, _ONE, "match run")


@router.post("/match-runs/{run_id}/publication", operation_id="publish_match_run", response_model=RunView)
async def publish_match_run(
    run_id: Id, wired: Wired, principal: Matcher, seen: IfMatch, key: Key
) -> Response:
    """Make this result the round's: host and university are asked to answer each proposal within ten working days."""
    office_only(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        run = await hold_run(session, reader(principal), run_id, seen=seen)
        of_round = await hold_round(session, principal.tenant, run.round_id)
        await match_runs.publish(session, run, of_round, wired.clock.now())
        return await key.keep(session, await _shown(session, principal, run_id))


@router.post("/match-runs/{run_id}/cancellation", operation_id="cancel_match_run", response_model=RunView)
async def cancel_match_run(run_id: Id, wired: Wired, principal: Matcher, seen: IfMatch, key: Key) -> Response:
    """Stop a run that is under way; the round stays as it was."""
    office_only(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        run = await hold_run(session, reader(principal), run_id, seen=seen)
        match_runs.cancel(run, wired.clock.now())
        await session.flush()
        return await key.keep(session, await _shown(session, principal, run_id))


async def _shown(
    session: Session, principal: Principal, run_id: UUID, status: int = 200, location: str | None = None
) -> Response:
    binds = {**reader(principal), "id": run_id}
    columns = await one(await session.connection(), reading.RUN, binds, "match run")
    version = columns.pop("version")
    return answer(_ONE.validate_python(columns), version=version, status=status, location=location)
