import asyncio
import random
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.errors import Unavailable
from shared.events.change import Change
from shared.events.inbox import Follower, Lag
from shared.events.relay import Relay
from shared.http.sister import Sister, SisterRefused
from tests.databases import Databases
from tests.shared.events.follower_process import follow
from tests.shared.events.news import (
    ThingDeleted,
    all_placed,
    running,
    tell,
    tell_many,
    until,
    value,
)
from tests.shared.events.sisters import sister_of
from tests.shared.processes import Process


@pytest.fixture
async def own_db(databases: Databases) -> AsyncIterator[Database]:
    """The follower's own database, with a place for effects."""
    async with databases.fresh("kit") as database:
        async with database.begin() as session:
            await session.execute(text("create table effects (number int)"))
            await session.execute(text("create table effect_count (count int)"))
            await session.execute(text("insert into effect_count values (0)"))
        yield database


@pytest.fixture
async def sister(kit_db: Database) -> AsyncIterator[Sister]:
    """The sister service whose feed is followed."""
    async with sister_of(kit_db) as sister:
        yield sister


async def feed_of(db: Database, count: int) -> None:
    """A feed with changes numbered from 0."""
    await tell_many(db, count)
    async with running(Relay(db, poll=0.01).run):
        await all_placed(db)


async def note(session: AsyncSession, change: Change, *_: object) -> None:
    """The effect of a change in these tests: its number is noted."""
    await session.execute(text("insert into effects (number) values (:n)"), {"n": change.data["number"]})


async def effects(db: Database) -> list[int]:
    async with db.read() as connection:
        return list((await connection.execute(text("select number from effects order by ctid"))).scalars())


async def test_every_change_takes_effect_once_and_in_order(
    kit_db: Database, own_db: Database, sister: Sister
) -> None:
    await feed_of(kit_db, 45)
    follower = Follower("test", sister, own_db, note, page=10, wait=0.1)
    async with running(follower.run):
        await until(lambda: _noted(own_db, 45))
    assert await effects(own_db) == list(range(45))
    assert await value(own_db, "select count(*) from inbox") == 45


async def test_a_second_arrival_has_no_second_effect(
    kit_db: Database, own_db: Database, sister: Sister
) -> None:
    await feed_of(kit_db, 5)
    follower = Follower("test", sister, own_db, note, wait=0)
    await follower.step(asyncio.Event())
    async with own_db.begin() as session:
        await session.execute(text("update followed_feeds set cursor = null"))
    await follower.step(asyncio.Event())
    assert await effects(own_db) == list(range(5))


async def test_two_followers_of_one_name_share_the_work(
    kit_db: Database, own_db: Database, sister: Sister
) -> None:
    await feed_of(kit_db, 60)
    followers = [
        Follower("test", sister, own_db, note, page=7, wait=0.1, longest_pause=0.05) for _ in range(3)
    ]
    async with running(*(follower.run for follower in followers)):
        await until(lambda: _noted(own_db, 60))
    assert await effects(own_db) == list(range(60))


async def test_only_the_types_asked_for_are_followed(
    kit_db: Database, own_db: Database, sister: Sister
) -> None:
    await feed_of(kit_db, 3)
    await tell(kit_db, ThingDeleted(number=77))
    async with running(Relay(kit_db, poll=0.01).run):
        await all_placed(kit_db)
    await Follower("test", sister, own_db, note, types=["thing.deleted"], wait=0).step(asyncio.Event())
    assert await effects(own_db) == [77]


async def test_what_was_asked_before_the_transaction_is_handed_on(
    kit_db: Database, own_db: Database, sister: Sister
) -> None:
    await feed_of(kit_db, 2)
    handed: list[Any] = []

    async def ask(change: Change) -> dict[str, int]:
        await sister.ask("GET", "/v1/changes")  # would fail with a transaction open
        return {"asked": change.position}

    async def handle(session: AsyncSession, change: Change, facts: dict[str, int]) -> None:
        handed.append((change.position, facts))

    await Follower("test", sister, own_db, handle, prepare=ask, wait=0).step(asyncio.Event())
    assert handed == [(1, {"asked": 1}), (2, {"asked": 2})]


async def test_one_poison_change_does_not_block_the_rest(
    kit_db: Database, own_db: Database, sister: Sister
) -> None:
    await feed_of(kit_db, 6)

    async def choosy(session: AsyncSession, change: Change) -> None:
        await note(session, change)
        if change.data["number"] == 2:
            raise ValueError("Jo Bloggs cannot be read")

    follower = Follower("test", sister, own_db, choosy, wait=0.1, attempts=2)
    async with running(follower.run):
        await until(lambda: _noted(own_db, 5))
        await until(lambda: _caught_up(follower))
    assert await effects(own_db) == [0, 1, 3, 4, 5]
    async with own_db.read() as connection:
        row = (await connection.execute(text("select * from followed_failures"))).one()
    assert (row.feed, row.error, row.attempts) == ("test", "ValueError", 2)
    assert row.change["data"] == {"number": 2}
    lag = await follower.lag()
    assert (lag.retrying, lag.parked) == (0, 1)


async def test_a_parked_change_takes_effect_when_its_cause_is_mended(
    kit_db: Database, own_db: Database, sister: Sister
) -> None:
    await feed_of(kit_db, 3)
    broken = True

    async def mended_later(session: AsyncSession, change: Change) -> None:
        if broken and change.data["number"] == 0:
            raise LookupError
        await note(session, change)

    follower = Follower("test", sister, own_db, mended_later, wait=0, attempts=1)
    await follower.step(asyncio.Event())
    assert await effects(own_db) == [1, 2]
    assert await follower.revisit() == 0
    assert await value(own_db, "select attempts from followed_failures") == 2
    broken = False
    assert await follower.revisit() == 1
    assert await follower.revisit() == 0
    assert await effects(own_db) == [1, 2, 0]
    assert (await follower.lag()).parked == 0


async def test_while_a_sister_is_down_nothing_is_parked_and_later_it_goes_on(
    kit_db: Database, own_db: Database, sister: Sister
) -> None:
    await feed_of(kit_db, 4)
    answers = iter([Unavailable("sister_unavailable", "Down."), SisterRefused(500, "internal_error", {})] * 3)

    class Shaky:
        async def ask(self, *args: Any, **kwargs: Any) -> Any:
            for problem in answers:
                raise problem
            return await sister.ask(*args, **kwargs)

    failing = iter([True, True, False, False, False, False])

    async def ask(change: Change) -> None:
        if next(failing, False):
            raise Unavailable("other_unavailable", "Down.")

    follower = Follower("test", Shaky(), own_db, note, prepare=ask, wait=0.1, attempts=1, longest_pause=0.02)
    async with running(follower.run):
        await until(lambda: _noted(own_db, 4))
    assert await effects(own_db) == [0, 1, 2, 3]
    assert await value(own_db, "select count(*) from followed_failures") == 0


async def test_the_lag_says_since_when_everything_was_known(
    kit_db: Database, own_db: Database, sister: Sister
) -> None:
    follower = Follower("test", sister, own_db, note, wait=0, page=2)
    assert await follower.lag() == Lag(None, 0, 0)
    await feed_of(kit_db, 5)
    await follower.step(asyncio.Event())
    assert (await follower.lag()).seconds is None
    await follower.step(asyncio.Event())
    await follower.step(asyncio.Event())
    seconds = (await follower.lag()).seconds
    assert seconds is not None
    assert 0 <= seconds < 5


async def test_a_follower_stops_at_once_although_it_waits_for_news(own_db: Database, sister: Sister) -> None:
    stop = asyncio.Event()
    following = asyncio.create_task(Follower("test", sister, own_db, note, wait=20).run(stop))
    await asyncio.sleep(0.3)
    stop.set()
    async with asyncio.timeout(2):
        await following


async def test_killing_the_follower_again_and_again_loses_and_doubles_nothing(
    kit_db: Database, own_db: Database
) -> None:
    await feed_of(kit_db, 300)
    chance = random.Random(42)
    kills = 0
    while not await _noted(own_db, 300):
        process = Process(follow, kit_db.url, own_db.url)
        noted = await value(own_db, "select count(*) from effects")
        await until(partial(_noted, own_db, min(300, noted + 1)))
        await asyncio.sleep(chance.uniform(0, 0.15))
        await process.kill()
        kills += 1
    assert kills > 5
    assert sorted(await effects(own_db)) == list(range(300))
    assert await value(own_db, "select count from effect_count") == 300
    assert await value(own_db, "select count(*) from inbox") == 300
    assert await value(own_db, "select count(*) from followed_failures") == 0


async def _noted(db: Database, count: int) -> bool:
    return await value(db, "select count(*) from effects") >= count


async def _caught_up(follower: Follower) -> bool:
    return (await follower.lag()).seconds is not None
