import asyncio
import random

from sqlalchemy import text

from shared.db import Database
from shared.events.feed import changes
from shared.events.listening import Listener
from shared.events.outbox import publish
from shared.events.relay import Relay
from tests.shared.events.news import (
    NOON,
    PARTNERSHIP,
    SUBJECT,
    THE_SISTER,
    ThingHappened,
    all_placed,
    running,
    tell,
    tell_many,
    until,
    value,
)


async def test_positions_are_strictly_increasing_without_gaps(kit_db: Database) -> None:
    await tell_many(kit_db, 120)
    async with running(Relay(kit_db, batch=50).run):
        await all_placed(kit_db)
        await tell(kit_db)
        await all_placed(kit_db)

    async with kit_db.read() as connection:
        rows = (
            (await connection.execute(text("select position from events order by recorded_at, id")))
            .scalars()
            .all()
        )
    assert rows == list(range(1, 122))
    assert await value(kit_db, "select last_position from feed_state") == 121


async def test_an_uncommitted_event_waits_for_its_turn(kit_db: Database) -> None:
    async with running(Relay(kit_db, poll=0.02).run):
        async with kit_db.begin() as session:
            early = await publish(
                session, ThingHappened(), partnership_id=PARTNERSHIP, subject=SUBJECT, now=NOON
            )
            late = await asyncio.create_task(_told_meanwhile(kit_db))
            await until(lambda: _placed(kit_db, late))
            assert not await _placed(kit_db, early)
        await all_placed(kit_db)
    assert await value(kit_db, "select position from events where id = :id", id=late) == 1
    assert await value(kit_db, "select position from events where id = :id", id=early) == 2


async def test_a_reader_beside_a_harsh_mix_of_writers_misses_nothing(kit_db: Database) -> None:
    chance = random.Random(20260907)
    listener = Listener(kit_db.url)
    done = asyncio.Event()

    async def writer(delays: list[float]) -> None:
        for number, delay in enumerate(delays):
            async with kit_db.begin() as session:
                for _ in range(number % 3 + 1):
                    await publish(
                        session, ThingHappened(), partnership_id=PARTNERSHIP, subject=SUBJECT, now=NOON
                    )
                await asyncio.sleep(delay)
                if number % 7 == 0:
                    await session.rollback()

    async def reader() -> list[int]:
        seen, cursor = [], None
        while True:
            last_round = done.is_set()
            found = await changes(kit_db, THE_SISTER, cursor, wait=0.05, limit=20)
            seen += [change.position for change in found.items]
            cursor = found.next_cursor
            if last_round and not found.items:
                return seen

    mixes = [[chance.choice((0, 0, 0.001, 0.01, 0.05)) for _ in range(40)] for _ in range(10)]
    async with running(listener.run, Relay(kit_db, listener, batch=17).run):
        reading = asyncio.create_task(reader())
        await asyncio.gather(*(writer(delays) for delays in mixes))
        await all_placed(kit_db)
        done.set()
        seen = await reading

    published = await value(kit_db, "select count(*) from events")
    assert published > 500
    assert seen == list(range(1, published + 1))


async def test_of_two_relays_one_works_and_the_other_takes_over(kit_db: Database) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    leading = asyncio.create_task(Relay(kit_db, poll=0.02).run(first))
    await until(lambda: _locks(kit_db, 1))
    standing_by = asyncio.create_task(Relay(kit_db, poll=0.02).run(second))
    await tell_many(kit_db, 10)
    await all_placed(kit_db)
    first.set()
    await leading
    await tell_many(kit_db, 10)
    await all_placed(kit_db)
    second.set()
    await standing_by
    assert await value(kit_db, "select count(distinct position) from events") == 20
    assert await value(kit_db, "select max(position) from events") == 20


async def test_a_relay_whose_connection_is_cut_goes_on_with_a_new_one(cold_db: Database) -> None:
    listener = Listener(cold_db.url)
    async with running(listener.run, Relay(cold_db, listener, poll=0.05).run):
        for _ in range(3):
            await tell_many(cold_db, 30)
            await value(
                cold_db,
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
                " and (query like 'listen%' or query like '%feed_state%' or query like '%advisory%')",
            )
        await all_placed(cold_db)
    assert await value(cold_db, "select max(position) from events") == 90
    assert await value(cold_db, "select count(*) from events") == 90


async def test_news_is_visible_within_moments_of_its_commit(kit_db: Database) -> None:
    listener = Listener(kit_db.url)
    async with running(listener.run, Relay(kit_db, listener, poll=30).run):
        await tell(kit_db)
        await all_placed(kit_db)
        waiting = asyncio.create_task(changes(kit_db, THE_SISTER, "ZjE6MQ", wait=20, listener=listener))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            await tell(kit_db, ThingHappened(number=2))
            assert [change.data for change in (await waiting).items] == [{"number": 2}]


async def test_a_burst_is_placed_within_moments_although_not_every_commit_notifies(kit_db: Database) -> None:
    listener = Listener(kit_db.url)
    async with running(listener.run, Relay(kit_db, listener, poll=30).run):
        for _ in range(3):
            await asyncio.gather(*(tell(kit_db) for _ in range(8)))
        async with asyncio.timeout(5):
            await all_placed(kit_db)
    assert await value(kit_db, "select max(position) from events") == 24


async def _told_meanwhile(db: Database) -> object:
    async with db.engine.begin() as connection:  # a transaction of somebody else, while ours is open
        return await publish(
            connection, ThingHappened(), partnership_id=PARTNERSHIP, subject=SUBJECT, now=NOON
        )


async def _placed(db: Database, event_id: object) -> bool:
    return (
        await value(db, "select count(*) from events where id = :id and position is not null", id=event_id)
        == 1
    )


async def _locks(db: Database, count: int) -> bool:
    statement = (
        "select count(*) from pg_locks as l join pg_database as d on d.oid = l.database"
        " where locktype = 'advisory' and datname = current_database()"
    )
    return await value(db, statement) == count
