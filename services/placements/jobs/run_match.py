"""Carrying out a match run: gather, ask the educators service once, freeze, solve in a process of its own, store.

Killed at any point it leaves the round as it was; the queue starts it again. Each attempt freezes anew, so its answers about
educators are fresh.
"""

import asyncio
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from services.placements.clients.educators import A_JOB_WAITS
from services.placements.clients.last_known import ask
from services.placements.clients.solver_process import SolverDied, lines_of
from services.placements.domain.matching.canonical import from_json, input_hash, to_json
from services.placements.domain.matching.codes import PROBED_AT_ONCE
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.vocabulary import PolicyQuestion
from services.placements.models.match_runs import MatchRun
from services.placements.operations import match_runs, policy_comparisons
from services.placements.operations.educator_answers import remember
from services.placements.operations.match_runs import Frozen
from services.placements.queries.match_inputs import inputs_of, round_facts
from services.placements.queries.match_runs import under_way
from services.placements.queries.readiness import remembered_of
from services.placements.wiring import Wiring
from shared.db import Session


async def run_match(wired: Wiring, run_id: UUID) -> None:
    """Carry out one run, if it is still wanted.

    While the educators service is silent, the run fails or goes on with its last known answers, as the round says.
    """
    async with wired.db.read() as connection:
        run = await under_way(connection, run_id)
        if run is None:
            return
    if run.inputs:
        begun = await _scenario(wired, run_id, run.inputs)
    else:
        begun = await _frozen(wired, run_id, run.partnership_id, run.round_id)
    if begun is None:
        return
    inputs, frozen = begun
    answer = await _solved(wired, run_id, frozen)
    if answer is None:
        return
    async with wired.db.begin() as session:
        await _store(session, wired, run_id, inputs, answer)


async def _scenario(wired: Wiring, run_id: UUID, stored: str) -> tuple[MatchInputs, str] | None:
    """What would be if: its inputs were frozen when it was asked for. None when the run is over already."""
    inputs = await asyncio.to_thread(from_json, stored)
    frozen = await asyncio.to_thread(_spelled, inputs)
    async with wired.db.begin() as session:
        going = await match_runs.begin(session, run_id, frozen, None, wired.clock.now())
    return (inputs, frozen.inputs) if going else None


async def _frozen(
    wired: Wiring, run_id: UUID, partnership_id: UUID, round_id: UUID
) -> tuple[MatchInputs, str] | None:
    """The round as it stands and what is known of its educators, from now on as it is. None when the run is over."""
    async with wired.db.read() as connection:
        facts = await round_facts(connection, partnership_id, round_id)
    recall = partial(remembered_of, wired.db, round_id)
    answers = await ask(wired.educators, facts, recall, patience=A_JOB_WAITS)
    now = wired.clock.now()
    if refused := answers.refused(facts.round.rules):
        async with wired.db.begin() as session:
            await match_runs.fail(session, run_id, refused, now)
        return None
    # Seconds, for a whole country's round: the worker's other work goes on meanwhile.
    inputs, _ = await asyncio.to_thread(inputs_of, facts, answers.decided)
    frozen = await asyncio.to_thread(_spelled, inputs)
    async with wired.db.begin() as session:
        if answers.fresh:
            await remember(session, partnership_id, round_id, answers.decided, now)
        going = await match_runs.begin(session, run_id, frozen, answers.as_of, now)
    return (inputs, frozen.inputs) if going else None


def _spelled(inputs: MatchInputs) -> Frozen:
    return Frozen(to_json(inputs), input_hash(inputs))


async def _store(
    session: Session, wired: Wiring, run_id: UUID, inputs: MatchInputs, answer: dict[str, Any]
) -> None:
    now = wired.clock.now()
    if "failure" in answer:
        await match_runs.fail(session, run_id, answer["failure"], now)
    else:
        done = await match_runs.finish(session, run_id, inputs, answer, now)
        if done is not None and done.scenario is None and len(inputs.requests) > PROBED_AT_ONCE:
            await _try_shorter_lists(session, wired, done, now)


async def _try_shorter_lists(session: Session, wired: Wiring, run: MatchRun, now: datetime) -> None:
    """A large round learns after its run whether a shorter list would have helped anybody. The run waits for nothing."""
    questions = [PolicyQuestion.TRUNCATION.value]
    made = await policy_comparisons.request(session, run, questions, by=run.requested_by, now=now)
    await wired.queue.enqueue(session, "study_policies", comparison_id=made.id)


async def _solved(wired: Wiring, run_id: UUID, frozen: str) -> dict[str, Any] | None:
    """The solver's last word; None when the run was cancelled meanwhile."""

    async def wanted() -> bool:
        async with wired.db.read() as connection:
            return await under_way(connection, run_id) is not None

    async with aclosing(lines_of("services.placements.jobs.solving", frozen, wanted=wanted)) as lines:
        async for said in lines:
            if "progress" not in said:
                return said
            async with wired.db.begin() as session:
                if not await match_runs.report(session, run_id, said["progress"], wired.clock.now()):
                    return None
    if not await wanted():
        return None
    raise SolverDied
