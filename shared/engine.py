"""SQLAlchemy's connections: looked at after a rest before they are used again, and given back when nobody needs them.

A connection that was in use a moment ago is not asked whether it still lives: that would be a question to the server for
every transaction. If the server has gone away meanwhile the statement fails, all connections are thrown away, and the
caller is told to try again.
"""

import asyncio
import time
from typing import Any

from pydantic_core import from_json
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

FRESH = 1.0
"""Seconds after its use in which a connection counts as alive."""

TIDY_EVERY = 10.0
"""Seconds between two looks at how many connections are needed."""

_RESTED_AT = "practicum.rested_at"


def engine_for(url: str, *, most: int, fresh: float = FRESH, tidy_every: float = TIDY_EVERY) -> AsyncEngine:
    """An engine with at most `most` connections. It keeps as many as were needed at once in the last seconds."""
    engine = create_async_engine(
        url,
        pool_size=most,
        max_overflow=0,
        pool_use_lifo=True,
        hide_parameters=True,  # values are people's data and errors reach logs
        json_deserializer=from_json,  # measured: a quarter of the time of json.loads
    )
    keeper = _Keeper(engine, fresh, tidy_every)
    event.listen(engine.sync_engine, "checkout", keeper.taken)
    event.listen(engine.sync_engine, "checkin", keeper.given_back)
    return engine


class _Keeper:
    """Watches the connections of one engine."""

    def __init__(self, engine: AsyncEngine, fresh: float, tidy_every: float) -> None:
        self._engine = engine
        self._fresh = fresh
        self._tidy_every = tidy_every
        self._peak = 0
        self._timer: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None

    def taken(self, connection: Any, record: Any, _: object) -> None:
        """Somebody takes a connection: ask it whether it lives, unless it has just been used."""
        self._peak = max(self._peak, self._pool.checkedout())
        if time.monotonic() - record.info.get(_RESTED_AT, time.monotonic()) > self._fresh:
            try:
                self._engine.dialect.do_ping(connection)
            except self._engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error
        if self._timer is None:
            self._look_later()

    def given_back(self, _: object, record: Any) -> None:
        """Somebody has done with a connection."""
        record.info[_RESTED_AT] = time.monotonic()

    @property
    def _pool(self) -> QueuePool:
        pool = self._engine.sync_engine.pool
        if not isinstance(pool, QueuePool):
            raise TypeError("the engine has no pool that counts")
        return pool

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._tidy_every, self._look)

    def _look(self) -> None:
        """More connections than were needed at once lately: close all, and open those that are needed when they are."""
        pool, self._timer = self._pool, None
        busy = pool.checkedout()
        if pool.checkedin() > 0 and busy == 0 and pool.checkedin() > self._peak:
            self._closing = asyncio.get_running_loop().create_task(self._close_all())
        elif pool.checkedin() > 0 or busy > 0:
            self._look_later()
        self._peak = busy

    async def _close_all(self) -> None:
        """Close all, unless somebody took one since the look: it would come back to a pool that nobody empties any more."""
        if self._pool.checkedout() == 0:  # nor can anybody until the end: psycopg closes without waiting
            await self._engine.dispose()
