"""Hearing the database's notifications, so that waiting costs nothing and news is quick. Polling remains the truth.

One connection per process listens and wakes whoever waits. A notification may be missed (the connection breaks, the
server restarts): after every reconnection all are woken, and each of them looks again from time to time anyway.
"""

import asyncio
import contextlib
from collections.abc import Iterable

import psycopg
import structlog
from sqlalchemy.engine import make_url

from shared.events.outbox import EVENTS
from shared.waiting import pause, unless

log = structlog.get_logger()

FEED = "practicum_feed"
"""Channel on which waiting readers hear that the feed has grown."""

WEBHOOKS = "practicum_webhooks"
"""Channel on which deliverers hear that there is something to deliver."""

LONGEST_PAUSE = 5.0
"""Seconds between two attempts to reach a database that does not answer, at most."""


async def connect(url: str) -> psycopg.AsyncConnection:
    """A connection of one's own, in autocommit; a server that vanished is noticed within half a minute."""
    return await psycopg.AsyncConnection.connect(
        plain_url(url),
        autocommit=True,
        connect_timeout=10,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


def plain_url(url: str) -> str:
    """The same database in the form that psycopg itself takes (without the name of the driver)."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Listener:
    """Listens on some channels of one database and wakes the waiters of this process."""

    def __init__(self, url: str, channels: Iterable[str] = (EVENTS, FEED, WEBHOOKS)) -> None:
        self._url = url
        self._next = {channel: asyncio.Event() for channel in channels}

    def next(self, channel: str) -> asyncio.Event:
        """The event that will be set by the next notification. Take it before you look, so that none falls between."""
        return self._next[channel]

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop` is set, reconnecting whenever the connection is lost."""
        failures = 0
        while not stop.is_set():
            try:
                async with await connect(self._url) as connection:
                    failures = 0
                    await unless(stop, self._listen(connection))
            except psycopg.OperationalError:
                failures += 1
                log.warning("listener_lost", failures=failures)
                await pause(min(0.1 * 2**failures, LONGEST_PAUSE), stop)

    async def _listen(self, connection: psycopg.AsyncConnection) -> None:
        for channel in self._next:
            await connection.execute(psycopg.sql.SQL("listen {}").format(psycopg.sql.Identifier(channel)))
        for channel in self._next:
            self._wake(channel)
        async with contextlib.aclosing(connection.notifies()) as heard:
            async for notification in heard:
                self._wake(notification.channel)

    def _wake(self, channel: str) -> None:
        woken, self._next[channel] = self._next[channel], asyncio.Event()
        woken.set()
