"""The engine: fires what was not done in time, a handful of concerns in one transaction. Any number of workers may run it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from services.placements.operations.concern_steps import fire, put_off
from services.placements.queries.concerns import hold_due_steps
from services.placements.queries.working_days import hold_working_days
from shared.clock import Clock
from shared.db import Database
from shared.logs import kind_of

log = structlog.get_logger()

AT_ONCE = 50
"""Concerns that move in one transaction: enough that a commit costs little, few enough that nobody waits for one of them."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What one sweep did: steps fired, and steps that could not be."""

    fired: int
    failed: int


async def fire_due_steps(db: Database, clock: Clock, *, at_once: int = AT_ONCE) -> Fired:
    """Fire every step that is due now, oldest first, until none is left that nobody else holds.

    A transaction moves each of its concerns by one step, all or none. When one cannot be fired, its companions are fired one
    by one; it is logged, waits, and does not keep the others from being fired.
    """
    fired = failed = 0
    while True:
        held: Sequence[UUID] = ()
        now = clock.now()
        try:
            async with db.begin() as session:
                await hold_working_days(session)
                due = await hold_due_steps(session, now, at_once)
                held = [each.step.id for each in due]
                fired += await fire(session, due, now=now)
        except Exception:
            if not held or not await db.answers():
                raise
            alone = [await _fire_alone(db, clock, step_id) for step_id in held]
            fired, failed = fired + alone.count(True), failed + alone.count(False)
        if not held:
            return Fired(fired, failed)


async def _fire_alone(db: Database, clock: Clock, step_id: UUID) -> bool | None:
    """Whether the step has fired; None when there was nothing to fire any more."""
    now = clock.now()
    try:
        async with db.begin() as session:
            await hold_working_days(session)
            due = await hold_due_steps(session, now, 1, only=step_id)
            return True if await fire(session, due, now=now) else None
    except Exception as error:
        if not await db.answers():
            raise
        log.error("step_cannot_fire", step_id=str(step_id), error=kind_of(error))
        async with db.begin() as session:
            await put_off(session, step_id, now)
        return False
