"""The background of the placements service: jobs, the relay of its news, and sweeps. Any number of workers may run."""

import asyncio
from functools import partial
from uuid import UUID

from services.placements.jobs.fire_due_steps import fire_due_steps
from services.placements.jobs.follow_educators import follow_educators
from services.placements.jobs.follow_hubs import follow_hubs
from services.placements.jobs.run_match import run_match
from services.placements.jobs.send_notifications import send_notifications
from services.placements.operations.escalation_policies import ship_default
from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
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
            tasks.create_task(worker.run(parts.queue, stop))
            tasks.create_task(worker.sweep("rescue", every, partial(worker.rescue, parts.queue), stop))
            tasks.create_task(follow_hubs(parts.db, parts.to_hubs, parts.clock).run(stop))
            tasks.create_task(follow_educators(parts.db, parts.to_educators, parts.clock).run(stop))
            tasks.create_task(
                worker.sweep("fire_due_steps", every, partial(fire_due_steps, parts.db, parts.clock), stop)
            )
            tasks.create_task(worker.sweep("send_notifications", every, partial(tell_people, parts), stop))
            tasks.create_task(worker.sweep("ship_policy", DAY, partial(ship_policy, parts), stop))
            tasks.create_task(worker.sweep("forget", DAY, partial(forget, parts), stop))
    finally:
        if wiring is None:
            await parts.close()


def register(parts: Wiring) -> None:
    """Tell the queue what each job does."""
    parts.queue.task("run_import")(parts.importer.run)

    async def run_match_job(run_id: UUID) -> None:
        await run_match(parts, run_id)

    parts.queue.task("run_match")(run_match_job)


async def deliver(parts: Wiring, listener: Listener, stop: asyncio.Event) -> None:
    """Deliver news to webhook endpoints until `stop` is set."""
    async with delivery_client() as http:
        private = parts.settings.allow_private_webhooks
        await Deliverer(parts.db, http, listener, allow_private=private).run(stop)


async def tell_people(parts: Wiring) -> bool:
    """Send a batch of what people are to be told; True when there may be more."""
    return await send_notifications(parts.db, parts.mail, parts.clock, parts.settings.public_url)


async def ship_policy(parts: Wiring) -> None:
    """Make the shipped escalation policy known to the database."""
    async with parts.db.begin() as session:
        await ship_default(session, parts.clock.now())


async def forget(parts: Wiring) -> None:
    """Drop answers and news that have been kept long enough; both go by real time."""
    async with parts.db.begin() as session:
        await forget_old_keys(session, SystemClock().now())
    await purge(parts.db)
