"""The database: one way to change it, one way to read it, and nothing travels while a change is open.

`begin` opens a transaction in plain sight and commits at the closing indentation; it refuses to nest. `read` gives an
autocommit connection for single statements, `rows` sends one that was made ready at import, for a fifth of the effort. While
a transaction is open `assert_nothing_open` fails, and everything that talks to the outside calls it first: a lock is never
held across somebody else's slowness.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from shared.engine import engine_for
from shared.errors import Unavailable
from shared.readers import Readers
from shared.statements import Ready

Session = AsyncSession
"""An open transaction, for signatures of those who only pass it on."""

ConstraintBroken = IntegrityError
"""A named constraint said no."""

_open: ContextVar[bool] = ContextVar("transaction_open", default=False)


class TransactionOpen(RuntimeError):
    """Somebody tried to nest a transaction, or to talk to the outside while one was open. A bug, never a user's fault."""


def assert_nothing_open() -> None:
    """Fail when the current task has a transaction open. Called by all that waits for the outside world."""
    if _open.get():
        raise TransactionOpen(
            "a transaction is open in this task: close it before waiting for anything outside"
        )


class Database:
    """One PostgreSQL database and its connection pool."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = url
        self.engine = engine_for(url, most=2 * pool_size)
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        plain_url = self.engine.url.set(drivername="postgresql")
        self._readers = Readers(plain_url.render_as_string(hide_password=False), most=pool_size)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A transaction (READ COMMITTED). Leaving the block commits; an exception rolls back; nesting is refused."""
        assert_nothing_open()
        token = _open.set(True)
        try:
            async with self._sessions() as session, session.begin():
                yield session
        finally:
            _open.reset(token)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """An autocommit connection for reading single statements; no transaction, no entities."""
        async with self._reading.connect() as connection:
            yield connection

    async def rows(self, statement: Ready, binds: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows a ready statement finds. It must only read: over a dead connection it is sent a second time.

        Raises `Unavailable` when there is no server to ask.
        """
        try:
            return await self._readers.rows(statement.text, statement.values(binds))
        except (psycopg.OperationalError, TimeoutError):
            raise Unavailable(
                "database_unavailable", "The database does not answer just now. Try again in a moment."
            ) from None

    async def answers(self) -> bool:
        """Whether the database answers a trivial question right now."""
        try:
            async with self.read() as connection:
                await connection.execute(text("select 1"))
        except Exception:  # noqa: BLE001 - whatever the driver raises, the answer is no
            return False
        return True

    async def close(self) -> None:
        """Give all connections back to the server."""
        await self.engine.dispose()
        self._readers.close()
