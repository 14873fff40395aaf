"""Students moved by hand: tried first, then made for a reason, and never against a hard rule."""

import asyncio
from datetime import date

from shared.ids import new_id
from tests.placements.callers import office
from tests.placements.factories import a_partnership, a_placement, a_setting, an_offer
from tests.placements.season import ANY, SCOPES, accepted, matched, one_more, published


async def a_round_of_two(db):
    """Two students who want the near team first; the other place is far away."""
    p = await a_partnership(db)
    await one_more(db, p, preferences=[{"rank": 1, "kind": "setting", "value": str(p.setting.id)}])
    far = await a_setting(db, p.id, organisation_id=p.council.id, latitude=51.2, name="Far Team")
    second = await an_offer(db, p.id, round_id=p.round.id, setting_id=far.id)
    return p, second


async def proposals_of(client, p, run):
    return (await client.get(f"{run['url']}/proposals", headers=office(p.id))).json()["items"]


def exchanged(proposals):
    first, second = proposals
    return [
        {"request_id": first["request_id"], "offer_id": second["offer_id"]},
        {"request_id": second["request_id"], "offer_id": first["offer_id"]},
    ]


async def test_a_trial_says_what_a_swap_does_to_each_aim_and_saves_nothing(client, wired):
    p, _ = await a_round_of_two(wired.db)
    run = await matched(client, wired, p)
    before = await proposals_of(client, p, run)
    tried = await client.post(
        f"{run['url']}/swap-trials", json={"moves": exchanged(before)}, headers=office(p.id, SCOPES)
    )
    assert tried.status_code == 200, tried.text
    trial = tried.json()
    reached = {aim["code"]: aim["value"] for aim in run["aims"]}
    aims = {aim["code"]: aim for aim in trial["aims"]}
    assert {code: aim["before"] for code, aim in aims.items()} == reached
    assert (trial["allowed"], aims["first_preference"]["after"]) == (True, 0)
    assert trial["moves"][0]["after"]["minutes"] != trial["moves"][0]["before"]["minutes"]
    assert await proposals_of(client, p, run) == before


async def test_a_swap_against_a_rule_or_a_limit_is_told_in_full_and_refused(client, wired):
    p, second = await a_round_of_two(wired.db)
    closed = await an_offer(
        wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id, placement_levels=["first"]
    )
    run = await matched(client, wired, p)
    first, other = await proposals_of(client, p, run)
    crowded = [{"request_id": x["request_id"], "offer_id": str(second.id)} for x in (first, other)]
    url, headers = f"{run['url']}/swap-trials", office(p.id, SCOPES)
    trial = (await client.post(url, json={"moves": crowded}, headers=headers)).json()
    assert trial["allowed"] is False
    assert {(x["kind"], x["taken"], x["seats"]) for x in trial["limits"]} == {
        ("places", 2, 1),
        ("educator", 2, 1),
    }
    body = {
        "moves": [{"request_id": first["request_id"], "offer_id": str(closed.id)}],
        "reason_code": "host_request",
    }
    refused = await client.post(f"{run['url']}/swaps", json=body, headers=office(p.id, SCOPES) | ANY)
    assert (refused.status_code, refused.json()["code"]) == (409, "swap_breaks_rules")
    assert refused.json()["rules"] == [{"request_id": first["request_id"], "rules": ["level"]}]
    assert [x["status"] for x in await proposals_of(client, p, run)] == ["draft", "draft"]


async def test_moves_that_make_no_sense_are_all_named(client, wired):
    p, _ = await a_round_of_two(wired.db)
    run = await matched(client, wired, p)
    mine = str(p.request.id)
    moves = [
        {"request_id": mine, "offer_id": str(new_id())},
        {"request_id": mine, "offer_id": None},
        {"request_id": str(new_id()), "offer_id": None},
    ]
    url = f"{run['url']}/swap-trials"
    refused = await client.post(url, json={"moves": moves}, headers=office(p.id, SCOPES))
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        ("/moves/0/offer_id", "not_in_this_run"),
        ("/moves/1/request_id", "said_twice"),
        ("/moves/2/request_id", "not_in_this_run"),
    ]
    for bad in ([], moves * 40, [{"request_id": mine}], "all"):
        answer = await client.post(url, json={"moves": bad}, headers=office(p.id, SCOPES))
        assert answer.status_code == 422


async def test_a_swap_in_a_draft_is_kept_with_its_reason_and_only_what_is_live_is_published(client, wired):
    p, _ = await a_round_of_two(wired.db)
    run = await matched(client, wired, p)
    before = await proposals_of(client, p, run)
    body = {"moves": exchanged(before), "reason_code": "meeting_decision"}
    url = f"{run['url']}/swaps"
    made = await client.post(url, json=body, headers=office(p.id, SCOPES) | {"If-Match": run["etag"]})
    assert made.status_code == 201, made.text
    stale = await client.post(url, json=body, headers=office(p.id, SCOPES) | {"If-Match": run["etag"]})
    assert stale.status_code == 412
    (kept,) = (await client.get(url, headers=office(p.id))).json()["items"]
    assert kept["reason_code"] == "meeting_decision"
    assert {m["from_offer_id"] for m in kept["moves"]} == {x["offer_id"] for x in before}
    shown = await client.post(f"{run['url']}/publication", headers=office(p.id, SCOPES) | ANY)
    assert shown.status_code == 200
    after = await proposals_of(client, p, run)
    assert [x["status"] for x in after] == ["superseded", "superseded", "published", "published"]
    assert {x["swap_id"] for x in after[2:]} == {kept["id"]}


async def test_in_a_published_result_those_who_move_are_asked_anew_and_what_is_agreed_stays(client, wired):
    p, _ = await a_round_of_two(wired.db)
    proposals = await published(client, wired, p)
    run = f"/v1/match-runs/{proposals[0]['run_id']}"
    agreed = proposals[0]
    await accepted(client, p, agreed)
    body = {"moves": exchanged(proposals), "reason_code": "student_need"}
    refused = await client.post(f"{run}/swaps", json=body, headers=office(p.id, SCOPES) | ANY)
    assert [e["code"] for e in refused.json()["errors"]] == ["already_agreed"]
    body["moves"] = [{"request_id": proposals[1]["request_id"], "offer_id": None}]
    made = await client.post(f"{run}/swaps", json=body, headers=office(p.id, SCOPES) | ANY)
    assert made.status_code == 201, made.text
    listed = (await client.get("/v1/proposals", headers=office(p.id))).json()["items"]
    assert [x["status"] for x in listed] == ["accepted", "superseded"]


async def test_swaps_that_race_leave_each_student_one_place(client, wired):
    p, _ = await a_round_of_two(wired.db)
    proposals = await published(client, wired, p)
    url = f"/v1/match-runs/{proposals[0]['run_id']}/swaps"
    body = {"moves": exchanged(proposals), "reason_code": "student_need"}
    made = await asyncio.gather(
        *(client.post(url, json=body, headers=office(p.id, SCOPES) | ANY) for _ in range(4))
    )
    assert {each.status_code for each in made} == {201}
    listed = (await client.get("/v1/proposals", headers=office(p.id))).json()["items"]
    live = {x["request_id"]: x["offer_id"] for x in listed if x["status"] == "published"}
    assert live == {each["request_id"]: each["offer_id"] for each in body["moves"]}
    assert [x["status"] for x in listed].count("published") == 2


async def test_a_placement_whose_last_day_is_past_is_not_confirmed(client, wired, register):
    p = await a_partnership(wired.db)
    over = await a_placement(wired.db, p, starts_on=date(2026, 1, 5), ends_on=date(2026, 9, 6))
    url = f"/v1/placements/{over.id}/confirmation"
    refused = await client.post(url, headers=office(p.id) | ANY)
    assert (refused.status_code, refused.json()["code"], register.held) == (409, "placement_over", {})


async def test_an_explanation_says_first_that_a_swap_has_moved_the_student(client, wired):
    p, second = await a_round_of_two(wired.db)
    run = await matched(client, wired, p)
    near = next(x for x in await proposals_of(client, p, run) if x["offer_id"] != str(second.id))
    url, headers = f"{run['url']}/explanations/{near['request_id']}", office(p.id, SCOPES)
    assert (await client.get(url, headers=headers)).json()["since"] is None
    body = {"moves": exchanged(await proposals_of(client, p, run)), "reason_code": "meeting_decision"}
    made = await client.post(f"{run['url']}/swaps", json=body, headers=headers | ANY)
    assert made.status_code == 201, made.text
    told = {
        who: (await client.get(url, params={"for": who}, headers=headers)).json()
        for who in ("student", "coordinator", "host")
    }
    assert told["student"]["since"]["offer_id"] == str(second.id)
    for who in ("student", "coordinator"):
        assert "changed after the run: the place is now with Far Team" in told[who]["words"][0]
    assert told["host"]["since"] == dict.fromkeys(told["host"]["since"])
    assert "Far Team" not in told["host"]["summary"]
    assert "moved elsewhere" in told["host"]["words"][0]
    body["moves"] = [{"request_id": near["request_id"], "offer_id": None}]
    await client.post(f"{run['url']}/swaps", json=body, headers=office(p.id, SCOPES) | ANY)
    nowhere = (await client.get(url, params={"for": "student"}, headers=headers)).json()
    assert "there is no place now" in nowhere["words"][0]
