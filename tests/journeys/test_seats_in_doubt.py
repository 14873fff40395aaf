"""A confirmation that breaks off after it held the seat: the real services find together what becomes of the seat."""

from datetime import timedelta

from services.educators.jobs.reconcile_seats import reconcile_seats
from tests.journeys.partnership import accepted, arrive, confirm, matched
from tests.journeys.world import World


async def held(world: World, placement_id: str) -> bool:
    seat = await world.office.get("educators", f"/v1/seats/{placement_id}")
    return seat["released_at"] is None


async def test_only_the_seat_of_a_placement_that_was_not_confirmed_is_given_back(world: World):
    came = await arrive(world, 2)
    broken_off, confirmed = await accepted(world, came, await matched(world, came))
    days = {"starts_on": "2026-09-14", "ends_on": "2027-03-05"}
    body = {"educator_id": came.educators["opal"], **days}
    await world.office.put("educators", f"/v1/seats/{broken_off}", body)
    assert (await confirm(world, confirmed)).status_code == 200

    world.clock.move(timedelta(minutes=16))
    educators = world.educators
    await reconcile_seats(educators.db, educators.placements, world.clock)
    assert [await held(world, each) for each in (broken_off, confirmed)] == [False, True]

    assert (await confirm(world, broken_off)).status_code == 200
    assert await held(world, broken_off)
    await world.settle()
    world.clock.move(timedelta(minutes=16))
    await reconcile_seats(educators.db, educators.placements, world.clock)
    assert await held(world, broken_off)
