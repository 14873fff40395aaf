"""The engine: fires what was not done in time, one transaction a step. Any number of workers may run it at once."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from services.placements.operations.concern_steps import fire, put_off
from services.placements.queries.concerns import hold_due_step
from shared.calendar import ENGLAND, Calendar
from shared.clock import Clock
from shared.db import Database
from shared.logs import kind_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fired:
    """What one sweep did: steps fired, and steps that could not be."""

    fired: int
    failed: int


async def fire_due_steps(
    db: Database, clock: Clock, calendar: Calendar = ENGLAND, *, at_most: int = 100_000
) -> Fired:
    """Fire every step that is due now, oldest first, until none is left that nobody else holds.

    A step that cannot be fired is logged, waits, and does not keep the others from being fired.
    """
    fired = failed = 0
    for _ in range(at_most):
        now = clock.now()
        step_id: UUID | None = None
        try:
            async with db.begin() as session:
                due = await hold_due_step(session, now)
                if due is None:
                    break
                step_id = due.step.id
                fired += await fire(session, due, calendar=calendar, now=now)
        except Exception as error:
            if step_id is None or not await db.answers():
                raise
            failed += 1
            log.error("step_cannot_fire", step_id=str(step_id), error=kind_of(error))
            async with db.begin() as session:
                await put_off(session, step_id, now)
    return Fired(fired, failed)
