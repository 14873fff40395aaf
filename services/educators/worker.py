"""The background of the educators service: what every service does there, placements' news, and the sweeps."""

import asyncio
from functools import partial

from services.educators.jobs.follow_placements import follower
from services.educators.jobs.reconcile_seats import reconcile_seats
from services.educators.jobs.sweep_currency import sweep_currency
from services.educators.jobs.tell_unavailable import tell_unavailable
from services.educators.settings import Settings
from services.educators.wiring import Wiring, wire
from shared.background import Work, work
from shared.jobs.worker import sweep


async def main(wiring: Wiring | None = None, stop: asyncio.Event | None = None) -> None:
    """Work until `stop` is set. Any number of workers may run."""
    parts = wiring or wire(Settings())
    sweeping = partial(sweep_currency, parts.db, parts.clock)
    reconciling = partial(reconcile_seats, parts.db, parts.placements, parts.clock)
    telling = partial(tell_unavailable, parts.db, parts.clock)
    own: list[Work] = [
        follower(parts.db, parts.to_placements, parts.clock).run,
        partial(sweep, "currency", parts.settings.sweep_every, sweeping),
        partial(sweep, "unavailability", parts.settings.sweep_every, telling),
        partial(sweep, "seats", parts.settings.sweep_every, reconciling),
    ]
    try:
        await work(parts, stop or asyncio.Event(), own)
    finally:
        if wiring is None:
            await parts.close()
