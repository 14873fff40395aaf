"""Databases that go from test to test: emptied in between, with their connections and all that these have learnt.

Measured with three requests to a service: on a new database they take 75 ms of Python and 53 of PostgreSQL, on one that was
emptied 31 and 7. Making and dropping it is the smaller part; the rest is opening connections and working out statements anew.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

from anyio import to_thread
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import Database
from tests.databases import Databases

_THERE = """
select (select count(*) from pg_class) as relations,
    array(select quote_ident(relname) from pg_class
          where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname) as tables,
    array(select quote_ident(relname) from pg_class
          where relkind = 'S' and relnamespace = 'public'::regnamespace order by relname) as counters
"""

_AT_WORK = """
select count(*) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
    and backend_type = 'client backend' and xact_start is not null
"""

_WORN = 1024 * 1024
"""Bytes of tables that hold the rows of a test and what is left of those before, which make a database slow."""


class _There(NamedTuple):
    """What there is in a database: how many relations in all, its tables and its counters."""

    relations: int
    tables: Sequence[str]
    counters: Sequence[str]


@dataclass(frozen=True)
class _Kept:
    """A database between two tests, and what was there when it was new."""

    database: Database
    new: _There

    @staticmethod
    async def of(database: Database) -> "_Kept":
        async with database.read() as connection:
            return _Kept(database, await _there(connection))

    async def as_new(self) -> bool:
        """Remove what the last test left. Not when that is still at work, or has filled or changed it: take another then."""
        try:
            async with self.database.engine.begin() as connection:
                if (await connection.exec_driver_sql(_AT_WORK)).scalar_one():
                    return False
                found = (await connection.exec_driver_sql(self._filled())).mappings()
                filled: dict[str, int] = {row["name"]: row["bytes"] for row in found}
                more = set((await _there(connection)).tables) - set(self.new.tables)
                await connection.exec_driver_sql(self._emptying(filled, more))
                return await _there(connection) == self.new and sum(filled.values()) < _WORN
        except DBAPIError:
            return False

    def _filled(self) -> str:
        return " union all ".join(
            f"select '{table}' as name, pg_relation_size('{table}') as bytes where exists (select from {table})"
            for table in self.new.tables
        )

    def _emptying(self, filled: Iterable[str], more: Iterable[str]) -> str:
        """As a replica does it: no trigger fires, so that tables may be emptied in any order."""
        statements = (
            "set local session_replication_role = replica",
            "set local lock_timeout = '1s'",
            *(f"drop table {table}" for table in more),
            *(f"delete from {table}" for table in filled),
            *(f"perform setval('{counter}', 1, false)" for counter in self.new.counters),
        )
        return f"do $$ begin {'; '.join(statements)}; end $$"


async def _there(connection: AsyncConnection) -> _There:
    found = (await connection.exec_driver_sql(_THERE)).mappings().one()
    return _There(found["relations"], found["tables"], found["counters"])


class Lending:
    """What one test process lends to its tests, one after the other."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._resting: dict[str, list[_Kept]] = defaultdict(list)

    @asynccontextmanager
    async def lent(self, service: str) -> AsyncIterator[Database]:
        """A database of a service (or `kit`) without rows. Do not break its connections: the next test has them too."""
        kept = await self._rested(service) or await self._made(service)
        try:
            yield kept.database
        finally:
            self._resting[service].append(kept)

    async def close(self) -> None:
        for resting in self._resting.values():
            for kept in resting:
                await self._drop(kept)

    async def _rested(self, service: str) -> _Kept | None:
        while resting := self._resting[service]:
            kept = resting.pop()
            if await kept.as_new():
                return kept
            await self._drop(kept)
        return None

    async def _made(self, service: str) -> _Kept:
        url = await to_thread.run_sync(self._databases.clone, service)
        return await _Kept.of(Database(url))

    async def _drop(self, kept: _Kept) -> None:
        await kept.database.close()
        self._databases.drop(kept.database.url)
