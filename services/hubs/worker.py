"""The background of the hubs service: placements' news, jobs, its own news and their webhooks. Any number may run."""

import asyncio
from functools import partial

from services.hubs.jobs.follow_placements import placements_follower
from services.hubs.settings import Settings
from services.hubs.wiring import Wiring, wire
from shared.clock import SystemClock
from shared.events.listening import Listener
from shared.events.relay import Relay
from shared.events.retention import purge
from shared.events.webhooks import Deliverer, delivery_client
from shared.http.writing import forget_old_keys
from shared.jobs import worker

DAY = 24 * 3600.0
"""Seconds between two clearings of what need not be kept."""


async def main(wiring: Wiring | None = None, stop: asyncio.Event | None = None) -> None:
    """Work until `stop` is set. Whatever fails is tried again; a lost database is waited for."""
    parts = wiring or wire(Settings())
    stop = stop or asyncio.Event()
    register(parts)
    listener = Listener(parts.db.url)
    every = parts.settings.sweep_every
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(listener.run(stop))
            tasks.create_task(Relay(parts.db, listener).run(stop))
            tasks.create_task(deliver(parts, listener, stop))
            tasks.create_task(placements_follower(parts).run(stop))
            tasks.create_task(worker.run(parts.queue, stop))
            tasks.create_task(worker.sweep("rescue", every, partial(worker.rescue, parts.queue), stop))
            tasks.create_task(worker.sweep("forget", DAY, partial(forget, parts), stop))
    finally:
        if wiring is None:
            await parts.close()


def register(parts: Wiring) -> None:
    """Tell the queue what each job does."""
    parts.queue.task("run_import")(parts.importer.run)


async def deliver(parts: Wiring, listener: Listener, stop: asyncio.Event) -> None:
    """Deliver news to webhook endpoints until `stop` is set."""
    private = parts.settings.allow_private_webhooks
    async with delivery_client() as outside:
        await Deliverer(parts.db, outside, listener, allow_private=private).run(stop)


async def forget(parts: Wiring) -> None:
    """Drop answers and news that have been kept long enough; both go by real time."""
    async with parts.db.begin() as session:
        await forget_old_keys(session, SystemClock().now())
    await purge(parts.db)
