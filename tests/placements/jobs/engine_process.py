"""The engine as a process of its own, for a test that kills it."""

import asyncio
from datetime import datetime

from services.placements.jobs.fire_due_steps import fire_due_steps
from shared.clock import StoppedClock
from shared.db import Database


def fire(url: str, now: datetime) -> None:
    """Fire what is due at a moment, unless killed before."""
    asyncio.run(fire_due_steps(Database(url), StoppedClock(now)))
