"""The season around the match: stages, targets, capacity, and whether a round is ready."""

from datetime import date, timedelta

import pytest

from shared.ids import new_id
from tests.placements.callers import member, office
from tests.placements.factories import (
    a_capacity_statement,
    a_partnership,
    a_placement,
    a_request,
    a_round,
    a_setting,
    an_offer,
    an_organisation,
)
from tests.placements.season import ANY, SCOPES, accepted, answered, matched, one_more, published


async def changed_round(client, p, **members):
    answer = await client.patch(f"/v1/rounds/{p.round.id}", json=members, headers=office(p.id) | ANY)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def stages(client, p):
    listed = await client.get(f"/v1/rounds/{p.round.id}/stages", headers=member(p.id, p.council.id))
    return {each["stage"]: (each["state"], each["done"], each["expected"]) for each in listed.json()["items"]}


async def test_a_season_goes_through_its_stages_and_says_what_is_late(client, wired, stopped_clock):
    p = await a_partnership(wired.db)
    await changed_round(
        client,
        p,
        preference_deadline_on="2026-09-10",
        stages={"capacity_on": "2026-09-04", "matching_on": "2026-09-14", "answers_on": "2026-09-30"},
    )
    assert await stages(client, p) == {
        "capacity": ("late", 0, 1),
        "preferences": ("open", 0, 1),
        "matching": ("open", 0, 1),
        "answers": ("waiting", 0, 0),
        "confirmed": ("waiting", 0, 0),
    }
    await a_capacity_statement(wired.db, p.id, setting_id=p.setting.id)
    stopped_clock.move(timedelta(days=4))
    (proposal,) = await published(client, wired, p)
    seen = await stages(client, p)
    assert (seen["capacity"], seen["preferences"]) == (("done", 1, 1), ("late", 0, 1))
    assert (seen["matching"], seen["answers"]) == (("done", 1, 1), ("open", 0, 1))
    await accepted(client, p, proposal)
    seen = await stages(client, p)
    assert (seen["answers"], seen["confirmed"]) == (("done", 1, 1), ("open", 0, 1))


async def test_stages_out_of_order_and_targets_said_twice_are_all_named(client, wired):
    p = await a_partnership(wired.db)
    target = {"organisation_id": str(p.council.id), "places": 3}
    refused = await client.patch(
        f"/v1/rounds/{p.round.id}",
        json={
            "stages": {"capacity_on": "2026-07-10", "matching_on": "2026-07-04", "answers_on": "2026-07-03"},
            "targets": [target, target],
        },
        headers=office(p.id) | ANY,
    )
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        ("/preference_deadline_on", "before_the_stage_it_rests_on"),
        ("/stages/answers_on", "before_the_stage_it_rests_on"),
        ("/targets/1", "said_twice"),
    ]
    enormous = [target] * 2001
    answer = await client.patch(
        f"/v1/rounds/{p.round.id}", json={"targets": enormous}, headers=office(p.id) | ANY
    )
    assert answer.status_code == 422


async def test_targets_are_held_against_what_is_offered_and_who_has_not_answered(client, wired):
    p = await a_partnership(wired.db)
    trust = await an_organisation(wired.db, p.id, name="Hill Trust", org_type="nhs_trust")
    ward = await a_setting(wired.db, p.id, organisation_id=trust.id, directorate="adults")
    await a_capacity_statement(
        wired.db, p.id, setting_id=ward.id, appetite="not_offering", reasons=["no_educator"]
    )
    await changed_round(
        client,
        p,
        targets=[
            {"organisation_id": str(p.council.id), "directorate": "childrens", "places": 3},
            {"organisation_id": str(trust.id), "places": 1},
        ],
    )
    url = f"/v1/rounds/{p.round.id}/targets"
    lines = (await client.get(url, headers=office(p.id))).json()["items"]
    assert [(x["key"], x["target"], x["secured"], x["missing"]) for x in lines] == [
        (str(p.council.id), 3, 1, 2),
        (str(trust.id), 1, 0, 1),
    ]
    assert (lines[0]["waiting_for"], lines[0]["answered"]) == ([str(p.setting.id)], 0)
    assert (lines[1]["waiting_for"], lines[1]["declining"]) == ([], 1)
    by = {}
    for dimension in ("directorate", "placement_level", "setting"):
        items = (await client.get(f"{url}?by={dimension}", headers=office(p.id))).json()["items"]
        by[dimension] = {x["key"]: (x["target"], x["secured"]) for x in items}
    assert by["directorate"] == {"childrens": (3, 1), "adults": (0, 0)}
    assert by["placement_level"] == {"final": (4, 1)}
    assert by["setting"] == {str(p.setting.id): (0, 1), str(ward.id): (0, 0)}
    own = (await client.get(url, headers=member(p.id, trust.id))).json()["items"]
    assert [x["key"] for x in own] == [str(trust.id)]


async def test_a_setting_that_does_not_offer_says_why(client, wired):
    p = await a_partnership(wired.db)
    body = {"setting_id": str(p.setting.id), "academic_year": "2026-27", "appetite": "not_offering"}
    refused = await client.post("/v1/capacity-statements", json=body | {"reasons": []}, headers=office(p.id))
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/reasons", "missing")]


async def test_stated_capacity_becomes_an_offer_with_what_the_setting_already_says(client, wired):
    p = await a_partnership(wired.db)
    stated = await a_capacity_statement(
        wired.db, p.id, setting_id=p.setting.id, appetite="actively_offering", places=2
    )
    url, body = f"/v1/capacity-statements/{stated.id}/offers", {"round_id": str(p.round.id)}
    made = await client.post(url, json=body, headers=office(p.id))
    assert made.status_code == 201, made.text
    offer = made.json()
    assert (offer["places"], offer["placement_levels"]) == (2, ["final"])
    assert (offer["capacity_statement_id"], offer["pcf_domains"]) == (str(stated.id), ["knowledge"])
    other = await a_round(wired.db, p.id, academic_year="2027-28")
    wrong = await client.post(url, json={"round_id": str(other.id)}, headers=office(p.id))
    assert [e["code"] for e in wrong.json()["errors"]] == ["other_year"]
    stranger = member(p.id, p.university.id) | {"Idempotency-Key": "university-offers"}
    assert (await client.post(url, json=body, headers=stranger)).status_code == 404
    no = {"appetite": "not_offering", "reasons": ["vacancies"]}
    await client.patch(f"/v1/capacity-statements/{stated.id}", json=no, headers=office(p.id) | ANY)
    refused = await client.post(url, json=body, headers=office(p.id))
    assert (refused.status_code, refused.json()["code"]) == (409, "setting_does_not_offer")


async def test_a_self_sourced_place_is_its_students_and_nobody_elses_and_every_rule_holds(client, wired):
    p = await a_partnership(wired.db)
    finder = await one_more(wired.db, p)
    found = await an_offer(
        wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id, reserved_for_request_id=finder.id
    )
    run = await matched(client, wired, p)
    placed = (await client.get(f"{run['url']}/proposals", headers=office(p.id))).json()["items"]
    assert {x["request_id"]: x["offer_id"] for x in placed} == {
        str(finder.id): str(found.id),
        str(p.request.id): str(p.offer.id),
    }
    await client.patch(
        f"/v1/offers/{found.id}", json={"placement_levels": ["first"]}, headers=office(p.id) | ANY
    )
    run = await matched(client, wired, p)
    assert run["outcome"]["placed"] == 1
    report = (await client.get(f"/v1/rounds/{p.round.id}/readiness", headers=office(p.id))).json()
    assert [
        (x["id"], x["codes"]) for x in report["items"] if x["finding"] == "self_sourced_not_possible"
    ] == [(str(finder.id), ["level"])]
    two = await client.patch(f"/v1/offers/{found.id}", json={"places": 2}, headers=office(p.id) | ANY)
    assert [e["code"] for e in two.json()["errors"]] == ["reserved_for_one"]


async def test_readiness_names_what_is_wrong_what_to_do_and_where(client, wired, register):
    p = await a_partnership(wired.db)
    spring = await a_round(wired.db, p.id, name="Spring", starts_on=date(2027, 1, 4))
    await a_request(wired.db, p.id, round_id=spring.id, student_id=p.student.id)
    busy = await one_more(wired.db, p)
    elsewhere = await a_round(wired.db, p.id, name="Earlier", ends_on=date(2026, 10, 1))
    await a_placement(
        wired.db, p, student_id=busy.student_id, status="active", round_id=elsewhere.id, request_id=None
    )
    lost = await one_more(wired.db, p, latitude=12.0, longitude=0.0, max_travel_minutes=30)
    wish = [{"rank": 1, "kind": "directorate", "value": "adults"}]
    hopeful = await one_more(wired.db, p, preferences=wish)
    bare = await an_offer(wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id, educator_id=None)
    lapsed = await an_offer(
        wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id, placement_levels=["first"]
    )
    register.lapsed[str(lapsed.educator_id)] = "No CPD in the last year."
    answer = await client.get(f"/v1/rounds/{p.round.id}/readiness", headers=office(p.id))
    assert answer.status_code == 200, answer.text
    report = answer.json()
    about = {(x["finding"], x["id"]): x for x in report["items"]}
    students = {p.request.id, busy.id, lost.id, hopeful.id}
    assert {key for key in about if key[0] == "possible_duplicate"} == {
        ("possible_duplicate", str(id_)) for id_ in students
    }
    assert ("overlapping_request", str(p.request.id)) in about
    assert ("already_placed", str(busy.id)) in about
    assert ("home_unlikely", str(lost.id)) in about
    assert ("preference_without_offer", str(hopeful.id)) in about
    assert ("no_preferences", str(p.request.id)) in about
    assert ("offer_without_educator", str(bare.id)) in about
    assert ("offer_for_nobody", str(lapsed.id)) in about
    assert about["educator_not_eligible", str(lapsed.id)]["codes"] == ["current_at_start"]
    impossible = about["request_impossible", str(lost.id)]
    assert (impossible["codes"][0], impossible["where"]) == ("travel", f"/v1/requests/{lost.id}")
    assert {x["weight"] for x in report["items"]} == {"warn"}
    assert report["ready"] is True
    other = await client.get(f"/v1/rounds/{p.round.id}/readiness", headers=member(p.id, p.council.id))
    assert (other.status_code, other.json()["code"]) == (403, "office_only")
    nowhere = await client.get(f"/v1/rounds/{new_id()}/readiness", headers=office(p.id))
    assert nowhere.status_code == 404


async def test_a_run_of_a_round_that_is_blocked_is_refused_with_the_list(client, wired):
    p = await a_partnership(wired.db)
    empty = await a_round(wired.db, p.id, name="Empty")
    report = (await client.get(f"/v1/rounds/{empty.id}/readiness", headers=office(p.id))).json()
    assert (report["ready"], report["found"]) == (False, {"no_requests": 1, "no_places": 1})
    refused = await client.post(f"/v1/rounds/{empty.id}/match-runs", headers=office(p.id, SCOPES))
    assert (refused.status_code, refused.json()["code"]) == (409, "round_not_ready")
    assert [x["finding"] for x in refused.json()["items"]] == ["no_requests", "no_places"]


@pytest.mark.parametrize("policy", ["use_last_known", "refuse"])
async def test_while_educators_are_silent_a_run_does_as_the_round_says(
    client, wired, register, stopped_clock, policy
):
    p = await a_partnership(wired.db)
    await changed_round(client, p, rules={"educators_down": policy})
    heard = stopped_clock.now()
    assert (await matched(client, wired, p))["educators_as_of"] is None
    stopped_clock.move(timedelta(hours=3))
    register.down = True
    report = (await client.get(f"/v1/rounds/{p.round.id}/readiness", headers=office(p.id))).json()
    weights = [x["weight"] for x in report["items"] if x["finding"] == "educators_silent"]
    run = await matched(client, wired, p)
    if policy == "refuse":
        assert (weights, run["failure"]) == (["block"], "educators_unavailable")
    else:
        assert (weights, run["outcome"]["placed"]) == (["warn"], 1)
        as_of = heard.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert (run["educators_as_of"], report["educators_as_of"]) == (as_of, as_of)


async def test_a_meeting_talks_first_about_what_nobody_asked_for_then_about_declines(client, wired):
    p = await a_partnership(wired.db)
    for wish in ("childrens", "adults"):
        await one_more(wired.db, p, preferences=[{"rank": 1, "kind": "directorate", "value": wish}])
        await an_offer(wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id)
    left_over = await one_more(wired.db, p, placement_level="first")
    proposals = await published(client, wired, p)
    wanted = next(x for x in proposals if not x["outside_list"])
    await answered(client, p, wanted, "decline", party="host", reason_code="learning_needs_not_met")
    url = f"/v1/rounds/{p.round.id}/meeting"
    theirs = await client.get(f"{url}?university_id={p.university.id}", headers=member(p.id, p.university.id))
    assert theirs.status_code == 200, theirs.text
    items = theirs.json()["items"]
    assert [x["to_discuss"][0] for x in items] == ["outside_list", "outside_list", "declined"]
    assert all(x["why"] for x in items)
    placeless = {x["request_id"] for x in theirs.json()["placeless"]}
    assert placeless == {str(left_over.id), wanted["request_id"]}
    hosts = await client.get(f"{url}?organisation_id={p.council.id}", headers=member(p.id, p.council.id))
    seen = hosts.json()["items"]
    assert all(x["why"].startswith("A student has been matched with your place.") for x in seen)
    assert [x["student_name"] for x in seen if x["id"] == wanted["id"]] == [None]
    stranger = member(p.id, (await an_organisation(wired.db, p.id)).id)
    nothing = await client.get(f"{url}?university_id={p.university.id}", headers=stranger)
    assert (nothing.json()["items"], nothing.json()["placeless"]) == ([], [])
    assert (await client.get(url, headers=office(p.id))).status_code == 422
