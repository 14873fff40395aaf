"""Carrying out a policy comparison in a process of its own, storing each answer as soon as it is known.

Killed at any point it is started again by the queue and answers anew; nothing but the comparison itself is written.
"""

import json
from contextlib import aclosing
from typing import Any
from uuid import UUID

from services.placements.clients.solver_process import lines_of
from services.placements.operations import policy_comparisons
from services.placements.queries.policy_comparisons import is_under_way, under_way
from services.placements.wiring import Wiring


class StudyDied(RuntimeError):
    """The process ended before it had answered (killed, or out of memory). The queue tries again."""


async def study_policies(wired: Wiring, comparison_id: UUID) -> None:
    """Carry out one comparison, if it is still wanted."""
    async with wired.db.read() as connection:
        found = await under_way(connection, comparison_id)
    if found is None:
        return

    async def wanted() -> bool:
        async with wired.db.read() as connection:
            return await is_under_way(connection, comparison_id)

    text = json.dumps(found.questions) + "\n" + found.inputs
    async with aclosing(lines_of("services.placements.jobs.studying", text, wanted=wanted)) as lines:
        async for said in lines:
            if await _kept(wired, comparison_id, said):
                return
    if await wanted():
        raise StudyDied


async def _kept(wired: Wiring, comparison_id: UUID, said: dict[str, Any]) -> bool:
    """Store what was said; True when nothing further is wanted."""
    async with wired.db.begin() as session:
        now = wired.clock.now()
        if "match" in said:
            return not await policy_comparisons.show(session, comparison_id, said, now)
        if "question" in said:
            wanted = await policy_comparisons.report(
                session, comparison_id, said["question"], said["answer"], now
            )
            return not wanted
        await policy_comparisons.end(session, comparison_id, said.get("failure"), now)
        return True
