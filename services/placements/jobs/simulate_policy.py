"""Trying a policy on a term's record, some placements at a time, with progress. Killed at any point it starts again."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from services.placements.domain.escalation.courses import Course
from services.placements.domain.escalation.policy import Policy
from services.placements.domain.escalation.simulation import Simulation, difference
from services.placements.models.policy_simulations import PolicySimulation
from services.placements.operations.policy_simulations import end, go_on
from services.placements.queries.courses import courses_of, placements_noticed
from services.placements.queries.policy_simulations import under_way
from shared.calendar import LONDON
from shared.clock import Clock
from shared.db import Database

AT_ONCE = 100
"""Placements that are read and replayed together."""

_FIRST = UUID(int=0)


async def simulate_policy(db: Database, clock: Clock, simulation_id: UUID) -> None:
    """Carry out one simulation, if somebody still waits for it."""
    async with db.begin() as session:
        wanted = await under_way(session, simulation_id)
    if wanted is None:
        return
    asked = wanted.simulation
    simulations = [_over(asked, policy, clock.now()) for policy in wanted.policies]
    if await _replay(db, clock, asked, simulations):
        result = await asyncio.to_thread(_result, simulations)
        async with db.begin() as session:
            await end(session, simulation_id, result, clock.now())


def _over(asked: PolicySimulation, policy: Policy, now: datetime) -> Simulation:
    starts_at = datetime.combine(asked.starts_on, time.min, LONDON)
    until = datetime.combine(asked.ends_on, time.max, LONDON)
    return Simulation(policy, starts_at, min(until, now))


async def _replay(
    db: Database, clock: Clock, asked: PolicySimulation, simulations: Sequence[Simulation]
) -> bool:
    until, after, done = simulations[0].until, _FIRST, 0
    async with db.begin() as session:
        of = await placements_noticed(session, asked.partnership_id, until)
    while True:
        async with db.begin() as session:
            courses = await courses_of(session, asked.partnership_id, until, after, AT_ONCE)
        if not courses:
            return True
        await asyncio.to_thread(_add, simulations, courses)
        after, done = courses[-1].placement_id, done + len(courses)
        async with db.begin() as session:
            if not await go_on(session, asked.id, done, max(of, done), clock.now()):
                return False


def _add(simulations: Sequence[Simulation], courses: Sequence[Course]) -> None:
    for simulation in simulations:
        for course in courses:
            simulation.add(course)


def _result(simulations: Sequence[Simulation]) -> dict[str, Any]:
    results = [simulation.result() for simulation in simulations]
    beside = results[1] if len(results) > 1 else None
    compared = difference(simulations[0], simulations[1]) if len(simulations) > 1 else None
    return {**results[0], "beside": beside, "difference": compared}
