"""Each night: roles on which the policy counts and in which nobody can be reached are found and told."""

from services.placements.operations.escalation_policies import lint
from services.placements.queries.policy_previews import partnerships_not_linted
from shared.calendar import london_day
from shared.clock import Clock
from shared.db import Database


async def lint_policies(db: Database, clock: Clock) -> bool:
    """Look at the policy in force of one partnership that was not looked at today; returns whether there may be more."""
    now = clock.now()
    async with db.begin() as session:
        waiting = await partnerships_not_linted(session, london_day(now))
        if waiting:
            await lint(session, waiting[0], now=now)
    return len(waiting) > 1
