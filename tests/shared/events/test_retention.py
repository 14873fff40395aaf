from datetime import timedelta

import pytest
from sqlalchemy import text

from shared.db import Database
from shared.errors import Gone
from shared.events.cursors import cursor_at
from shared.events.feed import changes
from shared.events.relay import Relay
from shared.events.retention import purge
from tests.shared.events.news import THE_SISTER, a_reader, all_placed, running, tell_many, value


async def aged_feed(db: Database, count: int, old: int) -> None:
    """A feed of `count` events of which the first `old` are a year old."""
    await tell_many(db, count)
    async with running(Relay(db, poll=0.01).run):
        await all_placed(db)
    async with db.begin() as session:
        await session.execute(
            text("update events set recorded_at = recorded_at - interval '1 year' where position <= :old"),
            {"old": old},
        )


async def test_the_oldest_events_are_forgotten_and_the_rest_keep_their_positions(kit_db: Database) -> None:
    await aged_feed(kit_db, 30, 20)
    assert await purge(kit_db, chunk=7) == 20
    assert await purge(kit_db) == 0
    found = await changes(kit_db, THE_SISTER, None)
    assert [change.position for change in found.items] == list(range(21, 31))


async def test_a_cursor_older_than_what_is_kept_is_gone(kit_db: Database) -> None:
    await aged_feed(kit_db, 30, 20)
    await purge(kit_db, chunk=7)
    with pytest.raises(Gone) as refused:
        await changes(kit_db, a_reader(), cursor_at(19))
    assert refused.value.code == "cursor_expired"
    assert len((await changes(kit_db, a_reader(), cursor_at(20))).items) == 10


async def test_a_feed_may_be_forgotten_whole_and_goes_on(kit_db: Database) -> None:
    await aged_feed(kit_db, 10, 10)
    assert await purge(kit_db, keep=timedelta(days=30), chunk=3) == 10
    assert (await changes(kit_db, a_reader(), cursor_at(10))).items == []
    await aged_feed(kit_db, 1, 0)
    assert [change.position for change in (await changes(kit_db, a_reader(), cursor_at(10))).items] == [11]


async def test_what_has_no_position_yet_is_never_forgotten(kit_db: Database) -> None:
    await tell_many(kit_db, 5)
    assert await purge(kit_db, keep=timedelta(0)) == 0
    assert await value(kit_db, "select count(*) from events") == 5
