import asyncio
from datetime import UTC, date, datetime, timedelta

import httpx

from services.educators.jobs.sweep_currency import sweep_currency
from services.educators.models.evidence import SupportEpisode
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import an_organisation_system, the_office
from tests.educators.factories import a_student_of, an_educator, told


async def nudges(db: Database) -> list[int]:
    return [data["months"] for _, data in await told(db, "educator.nudge_due")]


async def test_an_idle_educator_is_nudged_at_18_21_and_23_months_and_again_after_the_next_student(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    await a_student_of(educators_db, educator, date(2025, 4, 1))
    given: list[tuple[date, int]] = []

    async def pass_until(end: date) -> None:
        while stopped_clock.now().date() < end:
            stopped_clock.move(timedelta(days=5))
            for _ in range(2):
                await sweep_currency(educators_db, stopped_clock)
            told_now = await nudges(educators_db)
            given.extend((stopped_clock.now().date(), months) for months in told_now[len(given) :])

    await pass_until(date(2027, 6, 1))
    assert [months for _, months in given] == [18, 21, 23]
    for (on, _), due in zip(given, [date(2026, 10, 1), date(2027, 1, 1), date(2027, 3, 1)], strict=True):
        assert due <= on < due + timedelta(days=5)
    await a_student_of(educators_db, educator, date(2027, 5, 31), started_on=date(2027, 3, 1))
    stopped_clock.at = datetime(2028, 11, 20, 9, tzinfo=UTC)
    await pass_until(date(2028, 12, 10))
    assert [months for _, months in given] == [18, 21, 23, 18]


async def test_a_correction_of_the_last_days_of_a_student_begins_no_new_spell(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    episode = await a_student_of(educators_db, educator, date(2025, 3, 1))
    await sweep_currency(educators_db, stopped_clock)
    async with educators_db.begin() as session:
        corrected = await session.get(SupportEpisode, episode.id)
        assert corrected
        corrected.ended_on = date(2025, 3, 5)
    stopped_clock.move(timedelta(days=1))
    await sweep_currency(educators_db, stopped_clock)
    assert await nudges(educators_db) == [18]


async def test_sweeps_at_once_give_each_nudge_once(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    partnership = new_id()
    for _ in range(12):
        await a_student_of(educators_db, await an_educator(educators_db, partnership), date(2025, 3, 1))
    while any(
        await asyncio.gather(*(sweep_currency(educators_db, stopped_clock, at_once=3) for _ in range(4)))
    ):
        pass
    assert await nudges(educators_db) == [18] * 12


async def test_nudges_are_listed_for_those_who_may_see_the_educator(
    educators_client: httpx.AsyncClient, educators_db: Database, stopped_clock: StoppedClock
) -> None:
    partnership, council = new_id(), new_id()
    mine = await an_educator(educators_db, partnership, organisation_id=council)
    theirs = await an_educator(educators_db, partnership)
    await a_student_of(educators_db, mine, date(2025, 3, 7))
    await a_student_of(educators_db, theirs, date(2024, 12, 1))
    await sweep_currency(educators_db, stopped_clock)
    office = the_office(educators_client, partnership)
    listed = (await office.get("/v1/nudges")).json()["items"]
    assert {(each["educator_id"], each["months"]) for each in listed} == {
        (str(mine.id), 18),
        (str(theirs.id), 21),
    }
    council_system = an_organisation_system(educators_client, partnership, council)
    (own,) = (await council_system.get("/v1/nudges")).json()["items"]
    assert (own["idle_since"], own["nudged_on"]) == ("2025-03-07", "2026-09-07")
    assert (await council_system.get("/v1/nudges?months=21")).json()["items"] == []
    assert len((await office.get(f"/v1/nudges?educator_id={theirs.id}")).json()["items"]) == 1
