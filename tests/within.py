"""One transaction for several who each would open one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.db import Database, Session


class Within:
    """A transaction that is open already, to be given instead of the database: they write in it one after the other."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Session]:
        yield self._session
        await self._session.flush()


Anywhere = Database | Within
"""Where a factory writes: in a transaction of its own, or within one."""
