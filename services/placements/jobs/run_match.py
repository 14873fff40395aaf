"""Carrying out a match run: gather, ask the educators service once, freeze, solve in a process of its own, store.

Killed at any point it leaves the round as it was; the queue starts it again. Each attempt freezes anew, so its answers about
educators are fresh.
"""

from contextlib import aclosing
from typing import Any
from uuid import UUID

from services.placements.clients.educators import PlacementShape
from services.placements.domain.matching.canonical import from_json, input_hash, to_json
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.jobs.solver_process import lines_of
from services.placements.operations import match_runs
from services.placements.queries.match_inputs import inputs_of, round_facts
from services.placements.queries.match_runs import under_way
from services.placements.wiring import Wiring
from shared.db import Session


class SolverDied(RuntimeError):
    """The solving process ended without an answer (killed, or out of memory). The queue tries again."""


async def run_match(wired: Wiring, run_id: UUID) -> None:
    """Carry out one run, if it is still wanted. Raises `SisterDown` (to be tried again) while educators is silent."""
    async with wired.db.read() as connection:
        run = await under_way(connection, run_id)
        if run is None:
            return
    inputs = from_json(run.inputs) if run.inputs else await _gathered(wired, run.partnership_id, run.round_id)
    frozen = to_json(inputs)
    async with wired.db.begin() as session:
        if not await match_runs.begin(session, run_id, frozen, input_hash(inputs), wired.clock.now()):
            return
    answer = await _solved(wired, run_id, frozen)
    if answer is None:
        return
    async with wired.db.begin() as session:
        await _store(session, wired, run_id, inputs, answer)


async def _gathered(wired: Wiring, partnership_id: UUID, round_id: UUID) -> MatchInputs:
    """The round as it stands, and what the educators service says about its educators today."""
    async with wired.db.read() as connection:
        facts = await round_facts(connection, partnership_id, round_id)
    shape = PlacementShape(
        placement_level=facts.round.placement_level,
        starts_on=facts.round.starts_on,
        ends_on=facts.round.ends_on,
    )
    decided = await wired.educators.eligibility(partnership_id, shape, facts.educators)
    return inputs_of(facts, decided)


async def _store(
    session: Session, wired: Wiring, run_id: UUID, inputs: MatchInputs, answer: dict[str, Any]
) -> None:
    now = wired.clock.now()
    if "failure" in answer:
        await match_runs.fail(session, run_id, answer["failure"], now)
    else:
        await match_runs.finish(session, run_id, inputs, answer, now)


async def _solved(wired: Wiring, run_id: UUID, frozen: str) -> dict[str, Any] | None:
    """The solver's last word; None when the run was cancelled meanwhile."""
    async with aclosing(lines_of("services.placements.jobs.solving", frozen)) as lines:
        async for said in lines:
            if "aim" not in said:
                return said
            async with wired.db.begin() as session:
                progress = {"stage": "solving", **said}
                if not await match_runs.report(session, run_id, progress, wired.clock.now()):
                    return None
    raise SolverDied
