import asyncio
from datetime import date, timedelta

import httpx

from services.educators.jobs.tell_unavailable import tell_unavailable
from services.educators.models.circumstances import Unavailability
from services.educators.models.educators import Educator
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import the_office
from tests.educators.factories import a_seat_with, an_educator, kept, told

TYPE = "educator.became_unavailable"


async def away(db: Database, educator: Educator, starts_on: date, ends_on: date | None = None) -> None:
    whose = {"partnership_id": educator.partnership_id, "educator_id": educator.id}
    await kept(db, Unavailability(**whose, starts_on=starts_on, ends_on=ends_on))


async def test_those_who_hold_a_seat_are_told_once_when_the_days_begin(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    met = await a_seat_with(educators_db, educator, date(2026, 9, 1), date(2026, 9, 9))
    later = await a_seat_with(educators_db, educator, date(2026, 12, 1), date(2027, 3, 26))
    await a_seat_with(educators_db, educator, date(2026, 6, 1), date(2026, 9, 8))
    await away(educators_db, educator, date(2026, 9, 9))
    for _ in range(4):
        await tell_unavailable(educators_db, stopped_clock)
        stopped_clock.move(timedelta(days=1))
    ((_, data),) = await told(educators_db, TYPE)
    assert data == {
        "unavailability_id": data["unavailability_id"],
        "educator_id": str(educator.id),
        "starts_on": "2026-09-09",
        "ends_on": None,
        "placement_ids": sorted([str(met.placement_id), str(later.placement_id)]),
    }


async def test_nobody_is_told_where_no_seat_is_held_on_these_days(
    educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    await away(educators_db, educator, date(2026, 9, 1), date(2026, 9, 30))
    await a_seat_with(educators_db, educator, date(2026, 10, 1), date(2027, 3, 26))
    released = {"released_at": stopped_clock.now()}
    await a_seat_with(educators_db, educator, date(2026, 9, 1), date(2026, 9, 30), **released)
    await tell_unavailable(educators_db, stopped_clock)
    assert await told(educators_db, TYPE) == []
    await a_seat_with(educators_db, educator, date(2026, 9, 21), date(2027, 3, 26))
    await tell_unavailable(educators_db, stopped_clock)
    assert len(await told(educators_db, TYPE)) == 1


async def test_workers_at_once_tell_of_each_once(educators_db: Database, stopped_clock: StoppedClock) -> None:
    partnership = new_id()
    for _ in range(9):
        educator = await an_educator(educators_db, partnership)
        await a_seat_with(educators_db, educator, date(2026, 9, 1), date(2027, 3, 26))
        await away(educators_db, educator, date(2026, 9, 7))
    while any(
        await asyncio.gather(*(tell_unavailable(educators_db, stopped_clock, at_once=2) for _ in range(4)))
    ):
        pass
    assert len(await told(educators_db, TYPE)) == 9


async def test_days_that_were_told_are_told_again_when_they_change_and_others_are_not(
    educators_client: httpx.AsyncClient, educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id())
    await a_seat_with(educators_db, educator, date(2026, 9, 1), date(2027, 3, 26))
    office = the_office(educators_client, educator.partnership_id)
    path = f"/v1/educators/{educator.id}/unavailability"
    begun = await office.post(path, {"starts_on": "2026-09-07"})
    later = await office.post(path, {"starts_on": "2026-12-07"})
    await tell_unavailable(educators_db, stopped_clock)
    why = {"reason": "Read from the wrong line."}
    for made in (begun, later):
        where = made.headers["location"]
        corrected = await office.patch(
            where, {"ends_on": "2026-12-18"} | why, '"1"' if made is later else "*"
        )
        assert corrected.status_code == 200, corrected.text
        assert (await office.post(f"{where}/withdrawal", why, If_Match="*")).status_code == 200
    days = {"starts_on": "2026-09-07", "ends_on": "2026-12-18"}
    which = {"unavailability_id": begun.json()["id"], "educator_id": str(educator.id)}
    news = [data for _, data in await told(educators_db, "educator.unavailability_changed")]
    assert news == [{**which, **days, "is_withdrawn": each} for each in (False, True)]
