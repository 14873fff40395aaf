"""A completed placement becomes evidence of its educator, once, however often it is told."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text

from shared.calendar import ENGLAND, LONDON
from shared.db import Database
from tests.journeys.hub import a_hub, planned, register
from tests.journeys.partnership import Partnership, arrive, confirmed
from tests.journeys.world import World
from tests.shared.events.news import value

STARTS, ENDS = date(2026, 9, 14), date(2027, 3, 5)
DAYS = 100
EPISODES = "select count(*) from support_episodes where placement_id is not null"


def at(world: World, day: date) -> None:
    world.clock.at = datetime.combine(day, time(16), LONDON)


async def completed(world: World, placement_id: str) -> None:
    """The placement runs its course: it starts, has all its days and reports, and is completed."""
    path = f"/v1/placements/{placement_id}"
    office = world.office
    at(world, STARTS)
    await office.post("placements", f"{path}/start", If_Match="*")
    at(world, ENDS)
    span = [STARTS + timedelta(days=n) for n in range((ENDS - STARTS).days)]
    worked = [day for day in span if ENGLAND.is_working_day(day)][:DAYS]
    days = {"days": [{"on": day.isoformat(), "kind": "attended"} for day in worked]}
    await office.put("placements", f"{path}/days", days)
    stretch = {"from": STARTS.isoformat(), "to": ENDS.isoformat()}
    await office.post("placements", f"{path}/days/approval", stretch)
    await office.post("placements", f"{path}/midway-report", {"recommendation": "on_course"})
    await office.post("placements", f"{path}/final-report", {"recommendation": "pass"})
    await office.post("placements", f"{path}/completion", If_Match="*")


async def currency(world: World, came: Partnership, day: str) -> dict[str, Any]:
    path = f"/v1/educators/{came.educators['opal']}/currency?as_at={day}"
    found: dict[str, Any] = await world.office.get("educators", path)
    return found


async def test_a_completed_placement_is_one_support_episode_and_keeps_its_educator_current(world: World):
    came = await arrive(world, 1)
    (placement_id,) = await confirmed(world, came)
    before = await currency(world, came, "2027-04-01")
    assert (before["status"], before["basis"]) == ("lapsed", None)

    await completed(world, placement_id)
    await world.settle()

    path = f"/v1/educators/{came.educators['opal']}/support-episodes"
    episodes = await world.office.every("educators", path)
    (episode,) = [each for each in episodes if each["placement_id"] == placement_id]
    assert (episode["started_on"], episode["ended_on"]) == ("2026-09-14", "2027-03-05")
    assert (episode["days"], episode["ending"], episode["source"]) == (DAYS, "completed", "placements")
    after = await currency(world, came, "2027-04-01")
    assert (after["status"], after["basis"]) == ("expiring", "A")
    (route_a,) = [rule for rule in after["rules"] if rule["code"] == "route_a"]
    assert (route_a["until"], route_a["evidence_ids"]) == ("2029-03-05", [episode["id"]])
    assert await value(world.educators.db, "select count(*) from seats where released_at is null") == 0


async def test_a_placement_that_is_under_way_keeps_its_educator_current_too(world: World):
    came = await arrive(world, 1)
    (placement_id,) = await confirmed(world, came)
    at(world, STARTS)
    await world.office.post("placements", f"/v1/placements/{placement_id}/start", If_Match="*")
    await world.settle()
    assert (await currency(world, came, "2027-02-15"))["basis"] == "A"
    assert await value(world.educators.db, EPISODES) == 1


async def forget_what_was_heard(db: Database, *, also_the_inbox: bool) -> None:
    """As after an operator's decision to read a sister's feed anew, or the loss of what was noted about it."""
    async with db.begin() as session:
        await session.execute(text("update followed_feeds set cursor = null"))
        if also_the_inbox:
            await session.execute(text("delete from inbox"))


async def kept(world: World) -> dict[str, list[Any]]:
    """Everything that news from sisters has led to, and all that was told about it."""
    tables = {
        "educators": ("support_episodes", "seats", "events", "followed_failures"),
        "hubs": ("candidates", "memberships", "sessions", "events", "followed_failures"),
        "placements": ("signals", "concerns", "notifications", "events", "followed_failures"),
    }
    found = {}
    for service, names in tables.items():
        for name in names:
            async with world.databases[service].read() as connection:
                rows = await connection.execute(text(f"select t::text from {name} as t order by 1"))
                found[f"{service}.{name}"] = list(rows.scalars())
    return found


async def test_all_feeds_replayed_from_the_beginning_change_nothing(world: World):
    came = await arrive(world, 4)
    placements = await confirmed(world, came)
    hub = await a_hub(world, came)
    allocated = (await world.office.post("hubs", "/v1/allocations", {}))["items"]
    for session in (await planned(world, hub))[:3]:
        await register(world, came, session, unnotified=allocated[0]["student_id"])
    await completed(world, placements[1])
    await world.settle()
    assert await value(world.educators.db, EPISODES) == 1
    before = await kept(world)
    assert all(before[name] for name in ("hubs.memberships", "placements.signals", "educators.seats"))

    for also_the_inbox in (False, True):
        for db in world.databases.values():
            await forget_what_was_heard(db, also_the_inbox=also_the_inbox)
        await world.settle()
        after = await kept(world)
        assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
