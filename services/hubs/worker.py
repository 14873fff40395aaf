"""The background of the hubs service: what every service does there, and placements' news."""

import asyncio

from services.hubs.jobs.follow_placements import placements_follower
from services.hubs.settings import Settings
from services.hubs.wiring import Wiring, wire
from shared.background import work


async def main(wiring: Wiring | None = None, stop: asyncio.Event | None = None) -> None:
    """Work until `stop` is set. Any number of workers may run."""
    parts = wiring or wire(Settings())
    try:
        await work(parts, stop or asyncio.Event(), [placements_follower(parts).run])
    finally:
        if wiring is None:
            await parts.close()
