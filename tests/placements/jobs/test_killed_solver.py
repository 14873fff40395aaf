"""A solver that is killed leaves the round as it was, and the run can be carried out again."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import select

from services.placements.clients.solver_process import SolverDied, lines_of
from services.placements.jobs.run_match import run_match
from services.placements.jobs.run_repair import run_repair
from services.placements.models.match_runs import MatchRun
from services.placements.models.proposals import Proposal
from services.placements.models.repairs import Repair
from services.placements.operations import match_runs
from shared.ids import new_id
from tests.placements.factories import a_partnership, kept


def children() -> set[int]:
    """The processes this one has started."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


async def kill_the_next_child(before: set[int]) -> None:
    for _ in range(2000):
        for pid in children() - before:
            os.kill(pid, signal.SIGKILL)
            return
        await asyncio.sleep(0.005)


async def test_a_killed_run_leaves_the_round_as_it_was_and_is_carried_out_again(season_wiring, stopped_clock):
    db = season_wiring.db
    p = await a_partnership(db)
    async with db.begin() as session:
        run = await match_runs.request(session, p.round, by="office", now=stopped_clock.now())
    killing = asyncio.create_task(kill_the_next_child(children()))
    with pytest.raises(SolverDied):
        await run_match(season_wiring, run.id)
    await killing
    async with db.read() as connection:
        assert (await connection.execute(select(Proposal.id))).all() == []
    await run_match(season_wiring, run.id)
    async with db.read() as connection:
        status = (await connection.execute(select(MatchRun.status))).scalar_one()
        assert (status, len((await connection.execute(select(Proposal.id))).all())) == ("completed", 1)


async def test_a_solver_that_says_nothing_is_killed_as_soon_as_nobody_wants_its_answer():
    before, asked = children(), []

    async def wanted() -> bool:
        asked.append(children() - before)
        return False

    said = [line async for line in lines_of("tests.placements.jobs.silent", "", wanted=wanted)]
    assert (said, len(asked), len(asked[0])) == ([], 1, 1)
    assert children() & asked[0] == set()


async def test_a_killed_repair_leaves_the_round_as_it_was_and_is_carried_out_again(
    season_wiring, stopped_clock
):
    db = season_wiring.db
    p = await a_partnership(db)
    async with db.begin() as session:
        run = await match_runs.request(session, p.round, by="office", now=stopped_clock.now())
    repair = Repair(
        id=new_id(),
        partnership_id=p.id,
        round_id=p.round.id,
        run_id=run.id,
        status="queued",
        requested_by="office",
    )
    await kept(db, repair)
    killing = asyncio.create_task(kill_the_next_child(children()))
    with pytest.raises(SolverDied):
        await run_repair(season_wiring, repair.id)
    await killing
    await run_repair(season_wiring, repair.id)
    async with db.read() as connection:
        assert (await connection.execute(select(Repair.status))).scalar_one() == "completed"
