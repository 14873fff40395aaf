"""A process that follows a feed, for a test that kills it."""

import asyncio
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.events.change import Change
from shared.events.inbox import Follower
from tests.shared.events.sisters import sister_of


def follow(source_url: str, own_url: str) -> None:
    """Follow the feed in one database with effects in another, until killed."""
    asyncio.run(_follow(source_url, own_url))


async def _follow(source_url: str, own_url: str) -> None:
    source, own = Database(source_url), Database(own_url)
    async with sister_of(source) as sister:
        await Follower("test", sister, own, _note, prepare=_ask, page=20).run(asyncio.Event())


async def _ask(change: Change) -> int:
    await asyncio.sleep(0.001)
    return int(change.data["number"])


async def _note(session: AsyncSession, change: Change, number: Any) -> None:
    await session.execute(text("insert into effects (number) values (:number)"), {"number": number})
    await asyncio.sleep(0.002)
    await session.execute(text("update effect_count set count = count + 1"))
