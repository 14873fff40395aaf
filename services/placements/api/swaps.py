"""Swaps tried and made by hand in one result: what travels, and the routes."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Matcher, Reader, Wired, office_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.matching.canonical import from_json
from services.placements.domain.matching.codes import AimCode, LimitKind, TravelMode
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.repairs import SwapReason
from services.placements.operations.swaps import save, trial_of
from services.placements.queries.match_runs import hold_round, hold_run, round_of_run, standing_result
from services.placements.queries.repairs import SWAP_LIST
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, Page, Wire, like, up_to
from shared.http.writing import IfMatch, Key, answer, created

router = APIRouter(prefix="/v1", tags=["matching"])


class MoveIn(Wire):
    """A request, and the offer it is to have; null is no place."""

    request_id: UUID
    offer_id: UUID | None


Moves = Annotated[list[MoveIn], Field(min_length=1, max_length=100)]
"""Students moved at once: two for a swap, more for a chain."""

_MOVES = [{"request_id": SAMPLE_ID, "offer_id": SAMPLE_ID}]


class TrialIn(Wire):
    """Moves to be tried."""

    model_config = like(moves=_MOVES)

    moves: Moves


class SwapIn(Wire):
    """Moves to be made, and why."""

    model_config = like(moves=_MOVES, reason_code="meeting_decision")

    moves: Moves
    reason_code: SwapReason


class PlaceView(Wire):
    """A place as one student would see it."""

    offer_id: UUID
    rank: int
    outside_list: bool
    minutes: int
    """One way, by the student's means."""

    mode: TravelMode
    review: bool
    """Whether a person should look at so long a journey."""


class TriedView(Wire):
    """One move: what the student has, what they would have, and the hard rules that forbid it."""

    request_id: UUID
    before: PlaceView | None
    after: PlaceView | None
    rules: Annotated[list[str], up_to(20)]


class LimitBrokenView(Wire):
    """A number of seats that would be exceeded."""

    kind: LimitKind
    id: UUID
    seats: int
    taken: int


class AimChangeView(Wire):
    """What the moves do to one aim of the round."""

    code: AimCode
    least: bool
    """Whether less is better."""

    before: int
    after: int


class TrialView(Wire):
    """What the moves would do. Nothing was saved."""

    model_config = like(
        allowed=True,
        moves=[{"request_id": SAMPLE_ID, "before": None, "after": None, "rules": []}],
        limits=[],
        aims=[{"code": "first_preference", "least": False, "before": 19, "after": 20}],
    )

    allowed: bool
    """Whether no hard rule and no limit is broken."""

    moves: Annotated[list[TriedView], up_to(100)]
    limits: Annotated[list[LimitBrokenView], up_to(500)]
    aims: Annotated[list[AimChangeView], up_to(20)]


class SwappedView(Wire):
    """One student who was moved."""

    request_id: UUID
    from_offer_id: UUID | None
    to_offer_id: UUID | None


class SwapView(Wire):
    """Moves that were made by hand, by whom and why, and what they did to the aims."""

    model_config = like(
        id=SAMPLE_ID,
        run_id=SAMPLE_ID,
        reason_code="meeting_decision",
        moves=[{"request_id": SAMPLE_ID, "from_offer_id": None, "to_offer_id": SAMPLE_ID}],
        aims=[{"code": "first_preference", "least": False, "before": 19, "after": 20}],
        made_by="coordinator-1",
        made_at="2026-07-08T10:00:00Z",
    )

    id: UUID
    run_id: UUID
    reason_code: SwapReason
    moves: Annotated[list[SwappedView], up_to(100)]
    aims: Annotated[list[AimChangeView], up_to(20)]
    made_by: str
    """The token's subject."""

    made_at: Instant


_MANY = TypeAdapter(list[SwapView])


@router.post("/match-runs/{run_id}/swap-trials", operation_id="try_swap", response_model=TrialView)
async def try_swap(run_id: Id, body: TrialIn, wired: Wired, principal: Matcher) -> Response:
    """Try moves by hand: which hard rules and limits they break, and what they do to each aim. Nothing is saved."""
    office_only(principal)
    async with wired.db.read() as connection:
        frozen, proposals = await standing_result(connection, principal.tenant, run_id)
    inputs = await _read(frozen)
    trial = await asyncio.to_thread(trial_of, inputs, proposals, _wanted(body.moves))
    return answer(TrialView.model_validate(trial))


@router.post("/match-runs/{run_id}/swaps", operation_id="make_swap", response_model=SwapView, status_code=201)
async def make_swap(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    run_id: Id, body: SwapIn, wired: Wired, principal: Matcher, seen: IfMatch, key: Key
) -> Response:
    """Make moves by hand, for a coded reason. Refused as `swap_breaks_rules` where a hard rule or a limit forbids one."""
    office_only(principal)
    async with wired.db.read() as connection:
        frozen, _ = await standing_result(connection, principal.tenant, run_id)
    inputs = await _read(frozen)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        round_id = await round_of_run(session, principal.tenant, run_id)
        await hold_round(session, principal.tenant, round_id)
        run = await hold_run(session, reader(principal), run_id, seen=seen)
        wanted, now = _wanted(body.moves), wired.clock.now()
        swap = await save(
            session, run, inputs, wanted, reason=body.reason_code, by=principal.subject, now=now
        )
        return await key.keep(
            session, created(SwapView.model_validate(swap), f"/v1/match-runs/{run_id}/swaps", version=None)
        )


@router.get("/match-runs/{run_id}/swaps", operation_id="list_swaps", response_model=Page[SwapView])
async def list_swaps(run_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """What was moved by hand in one result, in order: the partnership's office sees it."""
    filters = {"run_id": run_id}
    return await page(call, wired.db, SWAP_LIST.by(filters), reader(principal), _MANY, filters=filters)


async def _read(frozen: str) -> MatchInputs:
    """The frozen inputs of a run. For a whole country's round it takes a second or two: others are answered meanwhile."""
    return await asyncio.to_thread(from_json, frozen)


def _wanted(moves: list[MoveIn]) -> list[tuple[UUID, UUID | None]]:
    return [(move.request_id, move.offer_id) for move in moves]
