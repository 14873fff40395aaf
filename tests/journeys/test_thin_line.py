"""From files to confirmed placements, through the real placements and educators services."""

import asyncio
from collections import Counter
from typing import Any

from shared.ids import new_id
from tests.journeys.partnership import Partnership, accepted, arrive, confirm, matched, students
from tests.journeys.world import World
from tests.shared.events.news import value

HELD = "select count(*) from seats where released_at is null"


async def explanation(world: World, run: dict[str, Any], student_id: str) -> dict[str, Any]:
    """Why one student got what they got, as the office reads it."""
    requests = await world.office.every("placements", "/v1/requests")
    (request_id,) = [r["id"] for r in requests if r["student_id"] == student_id]
    path = f"/v1/match-runs/{run['id']}/explanations/{request_id}"
    found: dict[str, Any] = await world.office.get("placements", path)
    return found


async def decision(world: World, came: Partnership, educator: str) -> dict[str, Any]:
    """What the educators service says of one educator and this round, with every rule by its code."""
    placement = {"placement_level": "final", "starts_on": "2026-09-14", "ends_on": "2027-03-05"}
    body = {"placement": placement, "educator_ids": [came.educators[educator]]}
    answer = await world.office.post("educators", "/v1/eligibility-decisions", body)
    decided: dict[str, Any] = answer["items"][0]
    return decided | {"rules": {rule["code"]: rule for rule in decided["rules"]}}


async def test_a_lapsed_educator_and_one_without_cpd_are_refused_and_the_explanation_says_why(world: World):
    came = await arrive(world, 10, {9: "lars", 10: "cleo"})
    run = await matched(world, came)
    assert (run["outcome"]["requests"], run["outcome"]["placed"], run["outcome"]["unplaced"]) == (10, 8, 2)

    lars, cleo = [await explanation(world, run, came.students[name]) for name in ("s-9", "s-10")]
    assert [why["placed"] for why in (lars, cleo)] == [False, False]
    assert [why["passed_over"][0]["rules"] for why in (lars, cleo)] == [["educator_eligible"]] * 2
    assert lars["passed_over"][0]["educator_reasons"] == ["current_at_start"]
    assert cleo["passed_over"][0]["educator_reasons"] == ["cpd_recent", "current_at_start"]
    assert "no eligible practice educator" in lars["summary"]
    assert lars["smallest_change"]["rule"] == "educator_eligible"

    lapsed = (await decision(world, came, "lars"))["rules"]
    assert "28 June 2024" in lapsed["current_at_start"]["detail"]
    assert lapsed["cpd_recent"]["result"] == "pass"
    unlearned = (await decision(world, came, "cleo"))["rules"]
    assert (unlearned["cpd_recent"]["result"], unlearned["current_at_start"]["result"]) == ("block", "block")
    assert "4 March 2025" in unlearned["cpd_recent"]["detail"]


async def test_eight_confirmations_at_once_for_three_seats_confirm_exactly_three(world: World):
    came = await arrive(world, 8)
    placements = await accepted(world, came, await matched(world, came))
    assert len(placements) == 8
    opal = f"/v1/educators/{came.educators['opal']}"
    changed = await world.office.ask(
        "PATCH", "educators", opal, {"capacity": {"max_concurrent": 3}}, If_Match="*"
    )
    assert changed.status_code == 200, changed.text

    answers = await asyncio.gather(*(confirm(world, placement_id) for placement_id in placements))

    codes = Counter((a.status_code, a.json().get("code")) for a in answers)
    assert codes == {(200, None): 3, (409, "educator_full"): 5}
    assert await value(world.educators.db, HELD) == 3
    listed = await world.office.every("placements", "/v1/placements")
    assert Counter(p["status"] for p in listed) == {"confirmed": 3, "proposed": 5}
    for placement in listed:
        seat = await world.office.ask("GET", "educators", f"/v1/seats/{placement['id']}")
        assert (seat.status_code == 200) is (placement["status"] == "confirmed")
    assert (await decision(world, came, "opal"))["seats"] == {"max_concurrent": 3, "held": 3, "free": 0}


async def test_a_confirmation_that_is_sent_several_times_at_once_keeps_its_seat(world: World):
    came = await arrive(world, 4)
    placements = await accepted(world, came, await matched(world, came))
    for placement_id in placements:
        key = str(new_id())
        answers = await asyncio.gather(*(confirm(world, placement_id, Idempotency_Key=key) for _ in range(4)))
        assert {a.status_code for a in answers} <= {200, 409}
        assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"request_in_flight"}
        assert (await confirm(world, placement_id, Idempotency_Key=key)).status_code == 200
    assert await value(world.educators.db, HELD) == len(placements) == 4


async def test_an_educator_who_left_the_register_after_the_match_is_refused_with_the_rule(world: World):
    came = await arrive(world, 1)
    (placement_id,) = await accepted(world, came, await matched(world, came))
    path = f"/v1/educators/{came.educators['opal']}/registration-checks"
    await world.office.post("educators", path, {"checked_on": "2026-09-07", "status": "not_registered"})
    refused = await confirm(world, placement_id)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "educator_not_eligible")
    assert [rule["code"] for rule in problem["rules"]] == ["registered"]
    assert "7 September 2026" in problem["detail"]
    assert await value(world.educators.db, "select count(*) from seats") == 0


async def test_the_same_file_again_changes_nothing_and_tells_nobody(world: World):
    await arrive(world, 3)
    await world.settle()
    told = await value(world.placements.db, "select count(*) from events")
    where = await world.office.send("placements", "students", students(3))
    await world.work("placements")
    again = await world.office.get("placements", where)
    assert (again["status"], again["counts"]) == ("completed", {"unchanged": 3})
    assert await value(world.placements.db, "select count(*) from events") == told
