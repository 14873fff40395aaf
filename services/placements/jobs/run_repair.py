"""Computing a repair: gather the round as it stands, ask the educators service once, compute all ways beside the round.

Nothing of the round is touched before a person confirms a way. Killed at any point, it is started again by the queue.
"""

import asyncio
from contextlib import aclosing
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from services.placements.clients.educators import A_JOB_WAITS
from services.placements.clients.last_known import ask
from services.placements.clients.solver_process import SolverDied, lines_of
from services.placements.domain.matching.canonical import to_json
from services.placements.domain.matching.codes import RepairWay
from services.placements.domain.matching.holding import Lost
from services.placements.operations import repairs
from services.placements.queries.match_inputs import inputs_of, published_facts
from services.placements.queries.readiness import remembered_of
from services.placements.queries.repairs import queued
from services.placements.wiring import Wiring

ENGINE = "services.placements.jobs.repairing"


async def run_repair(wired: Wiring, repair_id: UUID) -> None:
    """Compute one repair that was asked for. While the educators service is silent it does as a run does."""
    async with wired.db.read() as connection:
        asked = await queued(connection, repair_id)
        if asked is None:
            return
        facts = await published_facts(connection, asked.partnership_id, asked.round_id)
    recall = partial(remembered_of, wired.db, asked.round_id)
    answers = await ask(wired.educators, facts, recall, patience=A_JOB_WAITS)
    if refused := answers.refused(facts.round.rules):
        async with wired.db.begin() as session:
            await repairs.fail(session, repair_id, refused, wired.clock.now())
        return
    # Seconds, for a whole country's round: the worker's other work goes on meanwhile.
    inputs, holding = await asyncio.to_thread(inputs_of, facts, answers.decided)
    said = await _computed(await asyncio.to_thread(to_json, inputs))
    now = wired.clock.now()
    async with wired.db.begin() as session:
        if "failure" in said[-1]:
            await repairs.fail(session, repair_id, said[-1]["failure"], now)
        else:
            rests_on = repairs.RestsOn(facts.baseline, answers.as_of)
            lost = [_told(each) for each in holding.lost]
            await repairs.finish(session, repair_id, rests_on, lost, said, now)


async def _computed(frozen: str) -> list[dict[str, Any]]:
    async with aclosing(lines_of(ENGINE, frozen)) as lines:
        said = [line async for line in lines]
    if not said or (len(said) < len(RepairWay) and "failure" not in said[-1]):
        raise SolverDied
    return said


def _told(lost: Lost) -> dict[str, Any]:
    told = asdict(lost)
    return {**told, "rules": list(told["rules"]), "limits": list(told["limits"])}
