import asyncio
import time
from typing import Any, cast

import pytest
from sqlalchemy import text
from sqlalchemy.pool import AsyncAdaptedQueuePool

from shared.db import Database
from shared.errors import Forbidden, Gone, Malformed
from shared.events.cursors import cursor_at, position_of
from shared.events.feed import changes
from shared.events.relay import Relay
from shared.ids import new_id
from tests.shared.events.news import (
    COUNCIL,
    NOON,
    OTHER_PARTNERSHIP,
    PARTNERSHIP,
    SUBJECT,
    THE_SISTER,
    UNIVERSITY,
    ThingDeleted,
    ThingHappened,
    a_reader,
    all_placed,
    running,
    tell,
    tell_many,
    until,
)


async def placed(db: Database) -> None:
    async with running(Relay(db, poll=0.01).run):
        await all_placed(db)


async def test_a_feed_without_news_gives_a_place_to_continue_from(kit_db: Database) -> None:
    found = await changes(kit_db, a_reader(), None)
    assert found.items == []
    await tell(kit_db)
    await placed(kit_db)
    assert len((await changes(kit_db, a_reader(), found.next_cursor)).items) == 1


async def test_a_change_says_what_happened_to_what_and_when(kit_db: Database) -> None:
    event_id = await tell(kit_db, ThingHappened(number=7))
    await placed(kit_db)
    (change,) = (await changes(kit_db, a_reader(), None)).items
    assert change.model_dump() == {
        "position": 1,
        "id": event_id,
        "type": "thing.happened",
        "subject_id": SUBJECT,
        "partnership_id": PARTNERSHIP,
        "occurred_at": NOON,
        "data": {"number": 7},
    }


async def test_reading_on_with_the_cursor_sees_everything_once(kit_db: Database) -> None:
    await tell_many(kit_db, 25)
    await placed(kit_db)
    seen, cursor = [], None
    for _ in range(4):
        found = await changes(kit_db, a_reader(), cursor, limit=10)
        seen += [change.data["number"] for change in found.items]
        cursor = found.next_cursor
    assert seen == list(range(25))


async def test_an_organisation_sees_what_it_is_in_the_audience_of(kit_db: Database) -> None:
    await tell(kit_db, ThingHappened(number=1), audience=[UNIVERSITY])
    await tell(kit_db, ThingHappened(number=2), audience=[UNIVERSITY, COUNCIL])
    await tell(kit_db, ThingHappened(number=3))
    await tell(kit_db, ThingHappened(number=4), audience=[UNIVERSITY], partnership_id=OTHER_PARTNERSHIP)
    await placed(kit_db)

    async def seen(**who: Any) -> list[int]:
        found = await changes(kit_db, a_reader(**who), None)
        return [change.data["number"] for change in found.items]

    assert await seen(organisation_id=UNIVERSITY, roles=["system"]) == [1, 2]
    assert await seen(organisation_id=COUNCIL, roles=["system"]) == [2]
    assert await seen(organisation_id=new_id(), roles=["system"]) == []
    assert await seen() == [1, 2, 3]
    assert await seen(partnership_id=OTHER_PARTNERSHIP) == [4]
    assert await seen(roles=["service"]) == [1, 2, 3]
    assert await seen(partnership_id=None, roles=["service"]) == [1, 2, 3, 4]
    assert await seen(person_id=new_id(), roles=["programme_manager", "partnership"]) == [1, 2, 3]


async def test_the_feed_is_not_for_people_nor_for_systems_of_nowhere(kit_db: Database) -> None:
    with pytest.raises(Forbidden) as refused:
        await changes(
            kit_db, a_reader(person_id=new_id(), organisation_id=UNIVERSITY, roles=["student"]), None
        )
    assert refused.value.code == "feed_not_for_people"
    with pytest.raises(Forbidden) as refused:
        await changes(kit_db, a_reader(roles=["system"]), None)
    assert refused.value.code == "no_organisation"
    with pytest.raises(Forbidden) as refused:
        await changes(kit_db, a_reader(partnership_id=None, roles=["system", "partnership"]), None)
    assert refused.value.code == "no_partnership"


async def test_types_narrow_the_feed_and_the_cursor_still_moves_on(kit_db: Database) -> None:
    await tell_many(kit_db, 30)
    await tell(kit_db, ThingDeleted(number=99))
    await tell_many(kit_db, 30)
    await placed(kit_db)
    found = await changes(kit_db, a_reader(), None, types=["thing.deleted"], limit=5)
    assert [change.data["number"] for change in found.items] == [99]
    assert position_of(found.next_cursor) == 61
    both = await changes(kit_db, a_reader(), None, types=["thing.deleted", "thing.happened"], limit=100)
    assert len(both.items) == 61


async def test_a_waiting_reader_holds_no_connection_and_comes_back_in_time(kit_db: Database) -> None:
    began = time.monotonic()
    waiting = [asyncio.create_task(changes(kit_db, a_reader(), None, wait=2)) for _ in range(40)]
    pool = cast("AsyncAdaptedQueuePool", kit_db.engine.pool)

    async def nothing_is_held() -> bool:
        return pool.checkedout() == 0

    await asyncio.sleep(0.01)
    await until(nothing_is_held, within=1)
    assert not any(task.done() for task in waiting)
    found = await asyncio.gather(*waiting)
    assert 1.9 < time.monotonic() - began < 6
    assert all(not each.items for each in found)


async def test_a_waiting_reader_goes_home_when_the_process_drains(kit_db: Database) -> None:
    began = time.monotonic()
    await changes(kit_db, a_reader(), None, wait=30, draining=lambda: time.monotonic() - began > 0.3)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "cursor", ["", "x", "ZjE6", "ZjE6LTE", "ZjE6MDE", "ZjI6MQ", "ZjE6MQ ", "é", "A" * 500]
)
def test_a_broken_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Malformed) as refused:
        position_of(cursor)
    assert refused.value.code == "bad_cursor"


async def test_a_cursor_from_a_future_that_never_was_is_gone(kit_db: Database) -> None:
    # After a restore from a backup positions are given anew; going on with an old cursor would miss them silently.
    await tell_many(kit_db, 3)
    await placed(kit_db)
    with pytest.raises(Gone) as refused:
        await changes(kit_db, a_reader(), cursor_at(4))
    assert refused.value.code == "cursor_expired"


async def test_a_feed_that_began_before_the_relay_did_can_be_read(kit_db: Database) -> None:
    async with kit_db.begin() as session:
        await session.execute(text("delete from feed_state"))
    assert (await changes(kit_db, THE_SISTER, None)).next_cursor == cursor_at(0)
