"""The background of the hubs service: what every service does there, placements' news, and the sweeps."""

import asyncio
from functools import partial

from services.hubs.jobs.follow_placements import placements_follower
from services.hubs.jobs.sweep_hubs import sweep_hubs
from services.hubs.jobs.sweep_reflections import sweep_reflections
from services.hubs.settings import Settings
from services.hubs.wiring import Wiring, wire
from shared.background import Work, work
from shared.jobs.worker import sweep


async def main(wiring: Wiring | None = None, stop: asyncio.Event | None = None) -> None:
    """Work until `stop` is set. Any number of workers may run."""
    parts = wiring or wire(Settings())
    every = parts.settings.sweep_every
    own: list[Work] = [
        placements_follower(parts).run,
        partial(sweep, "hubs", every, partial(sweep_hubs, parts.db, parts.clock)),
        partial(sweep, "reflections", every, partial(sweep_reflections, parts.db, parts.clock)),
    ]
    try:
        await work(parts, stop or asyncio.Event(), own)
    finally:
        if wiring is None:
            await parts.close()
