"""A worker process, for a test that kills it."""

import asyncio

from sqlalchemy import text

from shared.db import Database
from shared.jobs import worker
from shared.jobs.queue import Queue


def work(url: str, hang: bool) -> None:  # noqa: FBT001 - a process is told by position
    """Carry out jobs until killed; when told to, never finish one."""
    asyncio.run(_work(url, hang=hang))


async def _work(url: str, *, hang: bool) -> None:
    database, queue = Database(url), Queue(url)

    @queue.task("note")
    async def note(number: int) -> None:
        async with database.begin() as session:
            await session.execute(
                text("insert into notes (number, done) values (:n, :done)"), {"n": number, "done": not hang}
            )
        if hang:
            await asyncio.sleep(600)

    await worker.run(queue, asyncio.Event(), silence=0.6)
