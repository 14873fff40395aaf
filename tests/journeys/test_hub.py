"""From a confirmed placement to a hub with a register and private reflections, through placements' feed."""

from typing import Any

from tests.journeys.callers import Caller
from tests.journeys.hub import a_hub, planned, register
from tests.journeys.partnership import Partnership, arrive, confirmed
from tests.journeys.world import World
from tests.shared.events.news import value

SENTENCE = "What I expected of the visit and what happened instead."


def everybody_else(world: World, came: Partnership, author: dict[str, Any]) -> dict[str, Caller]:
    """All who have anything to do with the student, and some who have not."""
    others = [s for s in came.students.values() if s != author["student_id"]]
    north, south, council = (came.organisations[name] for name in ("north", "south", "council"))
    return {
        "office": world.office,
        "the hubs service's sisters": world.caller(roles=["service", "partnership"]),
        "own university": world.system(author["university_id"]),
        "other university": world.system(south if author["university_id"] == north else north),
        "host": world.system(council),
        "facilitator": world.person("facilitator", came.people["facilitator"], north),
        "tutor": world.person("tutor", came.people["tutor"], north),
        "educator": world.person("practice_educator", came.educators["opal"], council),
        "fellow student": world.person("student", others[0], south),
    }


async def test_confirmed_final_statutory_placements_become_a_hub_with_sessions_and_registers(world: World):
    came = await arrive(world, 7)
    placements = await confirmed(world, came)
    candidates = await world.office.every("hubs", "/v1/candidates")
    assert {c["placement_id"] for c in candidates} == set(placements)

    hub = await a_hub(world, came)
    allocated = (await world.office.post("hubs", "/v1/allocations", {}))["items"]
    assert {item["hub_id"] for item in allocated} == {hub["id"]}
    assert sorted(item["placement_id"] for item in allocated) == sorted(placements)
    assert (await world.office.post("hubs", "/v1/allocations", {}))["items"] == []

    sessions = await planned(world, hub)
    assert [s["held_on"] for s in sessions[:2]] == ["2026-09-22", "2026-09-29"]
    assert len({s["kind"] for s in sessions[:2]}) == 2

    recorded = await register(world, came, sessions[0])
    assert (recorded["expected"], recorded["present"]) == (7, 7)
    report = (await world.office.get("hubs", "/v1/reports/attendance"))["overall"]
    assert (report["n"], report["rate"]) == (7, 100.0)


async def test_a_private_reflection_is_unreadable_for_everybody_but_its_student(world: World):
    came = await arrive(world, 4)
    placements = await confirmed(world, came)
    await a_hub(world, came)
    author = await world.office.get("placements", f"/v1/placements/{placements[0]}")
    student = world.person("student", author["student_id"], author["university_id"])
    written = await student.post("hubs", "/v1/reflections", {"title": "A visit", "text": SENTENCE})
    path = f"/v1/reflections/{written['id']}"

    assert (await student.get("hubs", path))["text"] == SENTENCE
    for who, caller in everybody_else(world, came, author).items():
        answer = await caller.ask("GET", "hubs", path)
        assert answer.status_code in (403, 404), who
        listed = await caller.ask("GET", "hubs", "/v1/reflections")
        assert SENTENCE not in answer.text + listed.text
        assert written["id"] not in listed.text, who
        assert (await caller.ask("DELETE", "hubs", path, If_Match="*")).status_code in (403, 404), who
    in_clear = "select count(*) from reflections where reflections::text like '%' || :words || '%'"
    assert await value(world.hubs.db, in_clear, words="expected of the visit") == 0
    told = "select count(*) from events where data::text like '%' || :id || '%'"
    assert await value(world.hubs.db, told, id=written["id"]) == 0


async def test_a_placement_cancelled_before_it_begins_gives_up_its_seat_and_its_place_in_the_hub(
    world: World,
):
    came = await arrive(world, 5)
    placements = await confirmed(world, came)
    await a_hub(world, came)
    await world.office.post("hubs", "/v1/allocations", {})
    path = f"/v1/placements/{placements[0]}/cancellation"
    await world.office.post("placements", path, {"reason_code": "student_withdrew"}, If_Match="*")
    await world.settle()
    assert await value(world.hubs.db, "select count(*) from memberships where ended_on is null") == 4
    assert await value(world.educators.db, "select count(*) from seats where released_at is null") == 4
    assert (
        await value(
            world.educators.db, "select count(*) from support_episodes where placement_id is not null"
        )
        == 0
    )
