"""Closures and open concerns: whatever is due moves with the days on which people work."""

from datetime import date

import anyio
from sqlalchemy import select

from services.placements.jobs.fire_due_steps import fire_due_steps
from services.placements.models.concerns import ConcernAct
from shared.clock import StoppedClock
from shared.db import Database
from tests.placements.callers import bearer
from tests.placements.struggling import (
    Struggling,
    a_concern,
    london_at,
    notice,
    open_steps_of,
    red_review,
    the_concern,
    transitions_of,
)

WEEK = {"name": "Closed for a week", "starts_on": "2026-09-08", "ends_on": "2026-09-11"}


async def acts_of(db: Database, concern_id) -> list[tuple[str, dict]]:
    async with db.begin() as session:
        rows = select(ConcernAct.act, ConcernAct.facts).where(ConcernAct.concern_id == concern_id)
        return [(act, facts) for act, facts in await session.execute(rows.order_by(ConcernAct.id))]
