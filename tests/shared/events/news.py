"""News for tests: a message, its publication, and background work that ends with the block."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import text

from shared.auth.principal import Principal
from shared.db import Database
from shared.events.outbox import Message, publish
from shared.waiting import pause

PARTNERSHIP = UUID("01990000-0000-7000-8000-000000000001")
OTHER_PARTNERSHIP = UUID("01990000-0000-7000-8000-000000000002")
UNIVERSITY = UUID("01990000-0000-7000-8000-00000000000a")
COUNCIL = UUID("01990000-0000-7000-8000-00000000000b")
SUBJECT = UUID("01990000-0000-7000-8000-0000000000ff")
NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)


class ThingHappened(Message):
    type: ClassVar[str] = "thing.happened"
    number: int = 0


class ThingDeleted(Message):
    type: ClassVar[str] = "thing.deleted"
    number: int = 0


async def tell(
    db: Database,
    message: Message | None = None,
    *,
    partnership_id: UUID = PARTNERSHIP,
    audience: Iterable[UUID] = (),
    subject: UUID = SUBJECT,
) -> UUID:
    """Publish one message in a transaction of its own."""
    async with db.begin() as session:
        return await publish(
            session,
            message or ThingHappened(),
            partnership_id=partnership_id,
            subject=subject,
            audience=audience,
            now=NOON,
        )


async def tell_many(db: Database, count: int) -> None:
    """Publish messages numbered from 0 in one transaction."""
    async with db.begin() as session:
        for number in range(count):
            message = ThingHappened(number=number)
            await publish(session, message, partnership_id=PARTNERSHIP, subject=SUBJECT, now=NOON)


def a_reader(
    *,
    partnership_id: UUID | None = PARTNERSHIP,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
    roles: Iterable[str] = ("system", "partnership"),
) -> Principal:
    """Somebody who reads the feed; by default the system of the partnership's office."""
    scopes = frozenset({"changes:read", "webhooks:manage"})
    return Principal("reader", "reader", partnership_id, organisation_id, person_id, frozenset(roles), scopes)


THE_SISTER = a_reader(partnership_id=None, roles=("service",))


@asynccontextmanager
async def running(*works: Callable[[asyncio.Event], Awaitable[None]]) -> AsyncIterator[asyncio.Event]:
    """Run background work for the length of the block, then stop it and see that it ends well."""
    stop = asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(_awaited(work(stop)))
        try:
            yield stop
        finally:
            stop.set()


async def _awaited(work: Awaitable[None]) -> None:
    await work


async def until(condition: Callable[[], Awaitable[bool]], *, within: float = 20.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(within):
        while not await condition():
            await pause(0.01)


async def value(db: Database, statement: str, **binds: object) -> int:
    """The single number a statement gives."""
    async with db.read() as connection:
        return int((await connection.execute(text(statement), binds)).scalar_one() or 0)


async def all_placed(db: Database) -> None:
    """Wait until every committed event has its position."""

    async def none_left() -> bool:
        return not await value(db, "select count(*) from events where position is null")

    await until(none_left)
