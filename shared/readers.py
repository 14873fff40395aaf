"""Connections for reading, kept between requests: plain psycopg, each statement on its own, the last one used is the next.

What is not needed for a while is given back to the server, so that a service at rest holds none. A server that went away is
noticed by the statement that meets a dead connection: every connection at rest is then forgotten, and it is sent once more.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

Connection = psycopg.AsyncConnection[Any]
Rows = list[tuple[Any, ...]]


class Readers:
    """At most `most` connections; `rest` are the seconds after which one that nobody needs is given back."""

    def __init__(self, conninfo: str, *, most: int, patience: float = 5.0, rest: float = 10.0) -> None:
        self._conninfo = conninfo
        self._most = most
        self._patience = patience
        self._rest = rest
        self._open = 0
        self._idle: list[tuple[float, Connection]] = []
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def rows(self, statement: bytes, values: Sequence[object]) -> Rows:
        """The rows of a statement that only reads (`$1`, `$2` ... stand for the values).

        Raises `psycopg.OperationalError` when there is no server, `TimeoutError` when no connection gets free in time.
        """
        connection = await self._take()
        try:
            return await _ask(connection, statement, values)
        except psycopg.OperationalError:
            if not connection.closed:
                raise
        finally:
            self._give(connection)
        self.close()
        connection = await self._take()
        try:
            return await _ask(connection, statement, values)
        finally:
            self._give(connection)

    def close(self) -> None:
        """Give all connections at rest back to the server."""
        while self._idle:
            self._end(self._idle.pop()[1])
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _take(self) -> Connection:
        while True:
            if self._idle:
                return self._idle.pop()[1]
            if self._open < self._most:
                return await self._opened()
            if connection := await self._next_free():
                return connection

    async def _opened(self) -> Connection:
        self._open += 1
        try:
            return await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        except BaseException:
            self._open -= 1
            self._hand_on(None)
            raise

    async def _next_free(self) -> Connection | None:
        """The connection that somebody else has done with; nothing when a new one may be opened instead."""
        turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                return await turn
        except BaseException:
            if not turn.cancelled():  # it came as we went: the next one may have it
                self._pass_on(turn.result())
            raise

    def _pass_on(self, handed: Connection | None) -> None:
        if handed is None:
            self._hand_on(None)
        else:
            self._give(handed)

    def _give(self, connection: Connection) -> None:
        if connection.closed or connection.pgconn.transaction_status != TransactionStatus.IDLE:
            self._end(connection)
        elif not self._hand_on(connection):
            self._idle.append((time.monotonic(), connection))
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(self._rest, self._tidy)

    def _hand_on(self, connection: Connection | None) -> bool:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False

    def _end(self, connection: Connection) -> None:
        connection.pgconn.finish()
        self._open -= 1
        self._hand_on(None)

    def _tidy(self) -> None:
        """Give back what has rested long enough; those used least are in front."""
        self._timer = None
        before = time.monotonic() - self._rest
        while self._idle and self._idle[0][0] <= before:
            self._end(self._idle.pop(0)[1])
        if self._idle:
            again = max(0.0, self._idle[0][0] - before)
            self._timer = asyncio.get_running_loop().call_later(again, self._tidy)


async def _ask(connection: Connection, statement: bytes, values: Sequence[object]) -> Rows:
    cursor = psycopg.AsyncRawCursor(connection)
    await cursor.execute(statement, values, binary=True)
    return await cursor.fetchall()
