import asyncio
from datetime import date, timedelta

from sqlalchemy import text

from services.educators.jobs.sweep_currency import sweep_currency
from services.educators.models.educators import Educator
from services.educators.models.rule_parameters import RuleParameters
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.factories import a_current_educator, an_educator, cpd_of, kept, the, told


async def changes(db: Database) -> list[tuple[str, str]]:
    return [(data["from"], data["to"]) for _, data in await told(db, "educator.currency_changed")]


async def test_as_days_pass_each_change_is_told_once(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    seen: dict[str, int] = {}
    for passed in range(0, 400, 10):
        for _ in range(2):
            await sweep_currency(educators_db, stopped_clock)
        status = (await the(educators_db, Educator, id=educator.id)).currency_status
        seen.setdefault(status, passed)
        stopped_clock.move(timedelta(days=10))
    assert await changes(educators_db) == [("current", "expiring"), ("expiring", "lapsed")]
    # CPD of 15 June 2026: expiring from 17 March 2027, out of grace on 15 August 2027.
    assert seen == {"current": 0, "expiring": 200, "lapsed": 350}


async def test_a_day_is_swept_once_and_the_next_day_again(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    await sweep_currency(educators_db, stopped_clock)
    assert (await the(educators_db, Educator, id=educator.id)).currency_checked_on == date(2026, 9, 7)
    async with educators_db.begin() as session:
        await session.execute(text("delete from cpd_records"))
    await sweep_currency(educators_db, stopped_clock)
    assert await changes(educators_db) == []
    stopped_clock.move(timedelta(days=1))
    await sweep_currency(educators_db, stopped_clock)
    assert await changes(educators_db) == [("current", "lapsed")]


async def test_sweeps_at_once_tell_each_change_once(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    partnership = new_id()
    for _ in range(12):
        await a_current_educator(educators_db, partnership, currency_status="unverified")
    while any(
        await asyncio.gather(*(sweep_currency(educators_db, stopped_clock, at_once=3) for _ in range(4)))
    ):
        pass
    assert await changes(educators_db) == [("unverified", "current")] * 12


async def test_one_partnership_that_cannot_be_judged_does_not_keep_the_others(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    broken = await an_educator(educators_db, new_id())
    await kept(
        educators_db,
        RuleParameters(
            partnership_id=broken.partnership_id,
            number=1,
            applies_from_on=date(2026, 1, 1),
            parameters={"window_a_months": "soon"},
            author="office",
        ),
    )
    whole = await an_educator(educators_db, new_id())
    await cpd_of(educators_db, whole)
    assert await sweep_currency(educators_db, stopped_clock) is False
    assert await changes(educators_db) == [("unverified", "lapsed")]
    assert await sweep_currency(educators_db, stopped_clock) is False


async def test_a_worker_that_dies_half_way_neither_loses_nor_doubles_a_change(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    partnership = new_id()
    for _ in range(20):
        await a_current_educator(educators_db, partnership, currency_status="unverified")
    for pause in (0.005, 0.02, 0.04):
        doomed = asyncio.create_task(sweep_currency(educators_db, stopped_clock, at_once=5))
        other = asyncio.create_task(sweep_currency(educators_db, stopped_clock, at_once=5))
        await asyncio.sleep(pause)
        doomed.cancel()
        await asyncio.gather(doomed, other, return_exceptions=True)
    while await sweep_currency(educators_db, stopped_clock, at_once=5):
        pass
    assert await changes(educators_db) == [("unverified", "current")] * 20
