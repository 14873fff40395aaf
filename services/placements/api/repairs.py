"""Repairs of a published round: what travels, and the routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Matcher, Reader, Wired, office_only
from services.placements.api.match_runs import AimReached
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.matching.codes import RepairWay
from services.placements.domain.vocabulary import RepairStatus
from services.placements.operations import repairs
from services.placements.queries.match_runs import hold_round
from services.placements.queries.repairs import REPAIR, REPAIR_LIST, hold_repair, round_of_repair
from services.placements.queries.visibility import reader
from shared.auth.principal import Principal
from shared.db import Session
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Instant, Page, Wire, like, up_to
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["matching"])

_MOVE = {"request_id": SAMPLE_ID, "from_offer_id": SAMPLE_ID, "to_offer_id": SAMPLE_ID}
_WAY = {
    "way": "fewest_moves",
    "aims": [{"code": "placed", "value": 31, "least": False}],
    "outcome": {"requests": 32, "placed": 31},
    "moves": [_MOVE],
}


class RepairMoveView(Wire):
    """One student whose place would change; null is no place."""

    request_id: UUID
    from_offer_id: UUID | None
    to_offer_id: UUID | None


class WayView(Wire):
    """What one way of mending the round would do. Binding placements are left out of it: they stay."""

    way: RepairWay
    aims: Annotated[list[AimReached], up_to(20)]
    outcome: dict[str, int]
    moves: Annotated[list[RepairMoveView], up_to(20_000)]


class UsedUpView(Wire):
    """A number of seats that is used up."""

    kind: str
    id: UUID
    seats: int


class LostView(Wire):
    """An agreement, or a self-sourced place, that cannot stay, and what is against it."""

    request_id: UUID
    offer_id: UUID
    rules: Annotated[list[str], up_to(20)]
    limits: Annotated[list[UsedUpView], up_to(20)]


class RepairView(Wire):
    """How a published round could be mended: three ways side by side, computed beside it."""

    model_config = like(
        id=SAMPLE_ID,
        round_id=SAMPLE_ID,
        run_id=SAMPLE_ID,
        status="completed",
        way=None,
        lost=[],
        ways=[_WAY],
        failure=None,
        educators_as_of=None,
        created_at="2026-07-20T09:00:00Z",
        completed_at="2026-07-20T09:00:02Z",
        confirmed_way=None,
        confirmed_at=None,
    )

    id: UUID
    round_id: UUID
    run_id: UUID
    status: RepairStatus
    way: RepairWay | None
    """The one that was asked for."""

    lost: Annotated[list[LostView], up_to(20_000)]
    ways: Annotated[list[WayView], up_to(3)]
    failure: str | None
    """Why there is no result, as a code."""

    educators_as_of: Instant | None
    """Set when the educators service was silent and its last known answers were used: the age of the oldest."""
    created_at: Instant
    completed_at: Instant | None
    confirmed_way: RepairWay | None
    confirmed_at: Instant | None


class RepairIn(Wire):
    """Which way is meant to be taken; all are computed."""

    model_config = like(way="fewest_moves")

    way: RepairWay | None = None


_ONE = TypeAdapter(RepairView)
_MANY = TypeAdapter(list[RepairView])


@router.post(
    "/rounds/{round_id}/repairs", operation_id="request_repair", response_model=RepairView, status_code=202
)
async def request_repair(
    round_id: Id, wired: Wired, principal: Matcher, key: Key, body: RepairIn | None = None
) -> Response:
    """Ask how a published round could be mended after declines, withdrawals or lost places. Read it until it is completed."""
    office_only(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        of_round = await hold_round(session, principal.tenant, round_id)
        way, by, now = body.way if body else None, principal.subject, wired.clock.now()
        repair = await repairs.request(session, of_round, way, by=by, now=now)
        await wired.queue.enqueue(session, "run_repair", repair_id=repair.id)
        return await key.keep(session, await _shown(session, principal, repair.id, 202))


@router.get("/repairs", operation_id="list_repairs", response_model=Page[RepairView])
async def list_repairs(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    round_id: Annotated[UUID | None, Query(description="Only repairs of this round.")] = None,
) -> Response:
    """The repairs the caller sees: the partnership's office all of them, nobody else any."""
    filters = {"round_id": round_id} if round_id else {}
    return await page(call, wired.db, REPAIR_LIST.by(filters), reader(principal), _MANY, filters=filters)


@router.get("/repairs/{repair_id}", operation_id="get_repair", response_model=RepairView)
async def get_repair(repair_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One repair: the three ways side by side, and who would move in each."""
    return await single(call, wired.db, REPAIR, {**reader(principal), "id": repair_id}, _ONE, "repair")


class ConfirmationIn(Wire):
    """Which way becomes true; the one asked for, or else the fewest moves, where it is left out."""

    model_config = like(way="fewest_moves")

    way: RepairWay | None = None


@router.post("/repairs/{repair_id}/confirmation", operation_id="confirm_repair", response_model=RepairView)
async def confirm_repair(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    repair_id: Id,
    wired: Wired,
    principal: Matcher,
    seen: IfMatch,
    key: Key,
    body: ConfirmationIn | None = None,
) -> Response:
    """Make one way true: those who move are proposed anew. Refused as `repair_stale` when the round has changed meanwhile."""
    office_only(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        round_id = await round_of_repair(session, principal.tenant, repair_id)
        of_round = await hold_round(session, principal.tenant, round_id)
        repair = await hold_repair(session, reader(principal), repair_id, seen=seen)
        asked = (body.way if body else None) or repair.way or RepairWay.FEWEST_MOVES
        by, now = principal.subject, wired.clock.now()
        await repairs.confirm(session, repair, of_round, RepairWay(asked), by=by, now=now)
        return await key.keep(session, await _shown(session, principal, repair_id))


async def _shown(session: Session, principal: Principal, repair_id: UUID, status: int = 200) -> Response:
    binds = {**reader(principal), "id": repair_id}
    columns = await one(await session.connection(), REPAIR, binds, "repair")
    version = columns.pop("version")
    location = f"/v1/repairs/{repair_id}"
    return answer(_ONE.validate_python(columns), version=version, status=status, location=location)
