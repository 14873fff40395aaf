"""News: how many committed events a second the relay gives their place in the feed."""

import asyncio
from time import perf_counter
from typing import ClassVar

from sqlalchemy import func, select

from benchmarks.ground import a_database
from benchmarks.partnership import ADDED_AT
from shared.db import Database
from shared.events.outbox import Message, publish
from shared.events.relay import Relay
from shared.events.tables import events
from shared.ids import new_id

EVENTS = 5000
PER_TRANSACTION = 50


class Happened(Message):
    """Something happened, and that is all."""

    type: ClassVar[str] = "measurement.happened"
    what: str


async def measure(server: str) -> tuple[float, float]:
    """Events published a second in small transactions, and events given a position a second by one relay."""
    db = Database(a_database(server, "placements"))
    try:
        return await _publish(db), await _place(db)
    finally:
        await db.close()


async def _publish(db: Database) -> float:
    tenant, message = new_id(), Happened(what="measured")
    began = perf_counter()
    for _ in range(EVENTS // PER_TRANSACTION):
        async with db.begin() as session:
            for _ in range(PER_TRANSACTION):
                await publish(session, message, partnership_id=tenant, subject=new_id(), now=ADDED_AT)
    return EVENTS / (perf_counter() - began)


async def _place(db: Database) -> float:
    stop, left = asyncio.Event(), select(func.count()).where(events.c.position.is_(None))
    began = perf_counter()
    relay = asyncio.create_task(Relay(db).run(stop))
    async with asyncio.timeout(120), db.read() as connection:
        while (await connection.execute(left)).scalar_one():  # noqa: ASYNC110 - PostgreSQL has no asyncio.Event to wait for
            await asyncio.sleep(0.01)
    took = perf_counter() - began
    stop.set()
    await relay
    return EVENTS / took
