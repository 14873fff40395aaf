"""Whether a round can be matched as it stands: what travels, and the route."""

import asyncio
from contextlib import aclosing
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, office_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.clients.educators import A_PERSON_WAITS
from services.placements.clients.last_known import Answers, ask
from services.placements.clients.solver_process import SolverDied, lines_of
from services.placements.domain import readiness
from services.placements.domain.eligibility import Eligibility
from services.placements.domain.matching.canonical import to_json
from services.placements.domain.matching.faults import find_faults
from services.placements.domain.matching.holding import Holding
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.readiness import Finding, Item, Weight
from services.placements.operations.educator_answers import remember
from services.placements.queries.match_inputs import RoundFacts, inputs_of, round_facts
from services.placements.queries.readiness import blocks_of, oddities_of, remembered_of
from services.placements.queries.rounds import expect_round
from shared.http.wire import Instant, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["matching"])
ENGINE = "services.placements.jobs.checking"
MOST = 5000


class ItemView(Wire):
    """One thing found: about what, what to do, and where."""

    finding: Finding
    weight: Weight
    kind: str
    """The resource it is about."""

    id: UUID
    codes: Annotated[list[str], up_to(50)]
    """More about it: the rules that forbid, the reasons of the educators service."""

    advice: str
    where: str
    """The path at which to do it."""


class ReadinessView(Wire):
    """Whether a run can start, and everything a coordinator should know before."""

    model_config = like(
        ready=True,
        educators_as_of=None,
        found={"request_impossible": 1},
        items=[
            {
                "finding": "request_impossible",
                "weight": "warn",
                "kind": "requests",
                "id": SAMPLE_ID,
                "codes": ["travel", "level"],
                "advice": readiness.ADVICE[Finding.REQUEST_IMPOSSIBLE],
                "where": f"/v1/requests/{SAMPLE_ID}",
            }
        ],
    )

    ready: bool
    """Whether nothing blocks a run."""

    educators_as_of: Instant | None
    """Set when the educators service is silent: how old the oldest of the last known answers is."""

    found: dict[str, int]
    """How many items of each finding there are, listed or not."""

    items: Annotated[list[ItemView], up_to(MOST)]
    """What blocks comes first."""


@router.get("/rounds/{round_id}/readiness", operation_id="get_round_readiness", response_model=ReadinessView)
async def get_round_readiness(round_id: Id, wired: Wired, principal: Reader) -> Response:
    """Check the inputs of a run before it is started: each finding with what to do about it and where."""
    office_only(principal)
    async with wired.db.read() as connection:
        await expect_round(connection, principal.tenant, round_id)
        facts = await round_facts(connection, principal.tenant, round_id)
        items = [*await blocks_of(connection, round_id), *await oddities_of(connection, round_id)]
    recall = partial(remembered_of, wired.db, round_id)
    answers = await ask(wired.educators, facts, recall, patience=A_PERSON_WAITS)
    if answers.fresh:
        async with wired.db.begin() as session:
            await remember(session, principal.tenant, round_id, answers.decided, wired.clock.now())
    refused = answers.refused(facts.round.rules) is not None
    known = {**_unheard(facts, refused=refused), **answers.decided}
    inputs, holding = await asyncio.to_thread(inputs_of, facts, known)  # seconds, for a whole country's round
    items += [
        *_of_educators(facts, answers, refused=refused),
        *_of_inputs(str(round_id), inputs, holding),
        *await _impossible(inputs),
    ]
    return answer(_view(answers, items))


def _unheard(facts: RoundFacts, *, refused: bool) -> dict[UUID, Eligibility]:
    """Where silence alone keeps a run from starting, it says nothing against educators nobody has heard about."""
    wanted = facts.educators if refused else ()
    return {each: Eligibility(educator_id=each, outcome="eligible", rules=()) for each in wanted}


def _of_educators(facts: RoundFacts, answers: Answers, *, refused: bool) -> list[Item]:
    if answers.fresh:
        return []
    return [readiness.silent(str(facts.round.id), refused=refused, as_of=answers.as_of)]


def _of_inputs(round_id: str, inputs: MatchInputs, holding: Holding) -> list[Item]:
    wrong = [
        readiness.item(Finding.CONTRADICTION, "rounds", round_id, [each.code, each.id])
        for each in find_faults(inputs)
    ]
    return [*wrong, *readiness.looked_through(inputs), *readiness.not_possible(holding.lost)]


async def _impossible(inputs: MatchInputs) -> list[Item]:
    frozen = await asyncio.to_thread(to_json, inputs)
    async with aclosing(lines_of(ENGINE, frozen)) as lines:
        async for said in lines:
            return list(readiness.impossible(said["impossible"]))
    raise SolverDied


def _view(answers: Answers, items: list[Item]) -> ReadinessView:
    found: dict[str, int] = {}
    for each in items:
        found[each.finding] = found.get(each.finding, 0) + 1
    order = sorted(items, key=lambda each: each.weight is not Weight.BLOCK)
    return ReadinessView(
        ready=all(each.weight is not Weight.BLOCK for each in items),
        educators_as_of=answers.as_of,
        found=found,
        items=[ItemView.model_validate(each) for each in order[:MOST]],
    )
