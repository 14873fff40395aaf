"""A run that is cancelled while it is carried out stores nothing, and its solver does not outlive it."""

import asyncio

from sqlalchemy import select

from services.placements.jobs.run_match import run_match
from services.placements.models.match_runs import MatchRun
from services.placements.models.proposals import Proposal
from services.placements.operations import match_runs
from tests.placements.factories import a_partnership
from tests.placements.jobs.test_killed_solver import children


async def _cancel_once_a_solver_works(wiring, run_id, before: set[int], now) -> set[int]:
    for _ in range(2000):
        if solvers := children() - before:
            async with wiring.db.begin() as session:
                match_runs.cancel(await session.get_one(MatchRun, run_id), now)
            return solvers
        await asyncio.sleep(0.005)
    raise AssertionError("no solver was started")


async def test_a_run_cancelled_in_the_middle_stays_cancelled_and_leaves_no_proposal(
    season_wiring, stopped_clock
):
    db, now = season_wiring.db, stopped_clock.now()
    p = await a_partnership(db)
    async with db.begin() as session:
        run = await match_runs.request(session, p.round, by="office", now=now)
    cancelling = asyncio.create_task(_cancel_once_a_solver_works(season_wiring, run.id, children(), now))
    await run_match(season_wiring, run.id)
    solvers = await cancelling
    async with db.read() as connection:
        progress = (await connection.execute(select(MatchRun.status, MatchRun.progress))).one()
        assert (progress.status, progress.progress) == ("cancelled", {"stage": "cancelled"})
        assert (await connection.execute(select(Proposal.id))).all() == []
    assert children() & solvers == set()
