"""What every worker does besides its service's own work: jobs, the relay of news, webhooks, and clearing up."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Protocol

from shared.clock import Clock, SystemClock
from shared.db import Database
from shared.events.listening import Listener
from shared.events.relay import Relay
from shared.events.retention import purge
from shared.events.webhooks import Deliverer, delivery_client
from shared.http.writing import forget_old_keys
from shared.imports.run import Importer, forget_abandoned
from shared.jobs import worker
from shared.jobs.queue import Queue
from shared.settings import ProcessSettings

DAY = 24 * 3600.0
"""Seconds between two clearings of what need not be kept."""

Work = Callable[[asyncio.Event], Coroutine[Any, Any, object]]
"""Something that goes on until the event is set."""


class Parts(Protocol):
    """What the background of every service needs of its wiring."""

    @property
    def settings(self) -> ProcessSettings:
        """Read once, at the start."""

    @property
    def db(self) -> Database:
        """The service's own database."""

    @property
    def clock(self) -> Clock:
        """What says the time."""

    @property
    def queue(self) -> Queue:
        """The work to be done."""

    @property
    def importer(self) -> Importer:
        """Who carries out files that were sent."""


async def work(parts: Parts, stop: asyncio.Event, own: Iterable[Work]) -> None:
    """Do the common background work and the service's own until `stop` is set. Any number of workers may run.

    Whatever fails is tried again; a lost database is waited for.
    """
    parts.queue.task("run_import")(parts.importer.run)
    listener = Listener(parts.db.url)
    every = parts.settings.sweep_every
    private = parts.settings.allow_private_webhooks
    silence = parts.settings.worker_silence
    async with delivery_client() as outside, asyncio.TaskGroup() as tasks:
        common: list[Work] = [
            listener.run,
            Relay(parts.db, listener).run,
            Deliverer(parts.db, outside, listener, allow_private=private).run,
            partial(worker.run, parts.queue, silence=silence),
            partial(worker.sweep, "rescue", every, partial(worker.rescue, parts.queue, silence=silence)),
            partial(worker.sweep, "forget", DAY, partial(_forget, parts)),
        ]
        for one in (*common, *own):
            tasks.create_task(one(stop))


async def _forget(parts: Parts) -> None:
    """Drop answers, news and abandoned uploads that have been kept long enough."""
    async with parts.db.begin() as session:
        await forget_old_keys(session, SystemClock().now())
        await forget_abandoned(session, parts.clock.now())
    await purge(parts.db)
