"""What-if, side by side, the price of a policy and the picture: beside the round, never in it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx
import pytest

from services.placements.jobs.study_policies import study_policies
from services.placements.operations.policy_comparisons import report
from services.placements.wiring import Wiring
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.factories import (
    Partnership,
    a_partnership,
    a_request,
    a_setting,
    a_student,
    an_offer,
)
from tests.placements.matching import calling, completed, manager, with_register
from tests.placements.register import Register


@pytest.fixture
async def wired(partnerships_db, stopped_clock) -> AsyncIterator[Wiring]:
    async with with_register(partnerships_db, stopped_clock, Register()) as parts:
        yield parts


@pytest.fixture
async def client(wired) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(wired) as caller:
        yield caller


async def a_crowded_round(wired: Wiring) -> tuple[Partnership, str]:
    """Two students who both name the only place."""
    p = await a_partnership(wired.db)
    other = await a_student(wired.db, p.id, organisation_id=p.university.id)
    wish = [{"rank": 1, "kind": "offer", "value": str(p.offer.id)}]
    request = await a_request(wired.db, p.id, round_id=p.round.id, student_id=other.id, preferences=wish)
    return p, str(request.id)


async def asked(client: httpx.AsyncClient, p: Partnership, scenario: dict) -> httpx.Response:
    return await client.post(
        f"/v1/rounds/{p.round.id}/match-runs", json={"scenario": scenario}, headers=manager(p)
    )


async def test_one_more_place_somewhere_is_compared_with_the_round_as_it_is(client, wired):
    p, _ = await a_crowded_round(wired)
    base = await completed(client, wired, p)
    assert base["outcome"]["placed"] == 1
    hospital = await a_setting(wired.db, p.id, organisation_id=p.council.id, name="Hospital Team")
    added = {"setting_id": str(hospital.id), "places": 2, "placement_levels": ["final"]}
    what_if = await completed(client, wired, p, {"base_run_id": base["id"], "add_offers": [added]})
    assert (what_if["base_run_id"], what_if["outcome"]["placed"]) == (base["id"], 2)
    beside = await client.get(f"{base['url']}/comparison", params={"with": what_if["id"]}, headers=manager(p))
    assert beside.status_code == 200, beside.text
    told = beside.json()
    assert told["words"][0] == "1 more student is placed: 2 rather than 1."
    assert told["words"][-1] == "1 student has a different result."
    (move,) = told["moves"]
    assert (told["moved"], move["from_offer_id"]) == (1, None)
    assert told["scenario"]["add_offers"][0]["places"] == 2
    same = await client.get(f"{base['url']}/comparison", params={"with": base["id"]}, headers=manager(p))
    assert (same.json()["words"], same.json()["moves"]) == (["Nothing changes."], [])


async def test_a_scenario_never_touches_the_round_and_is_never_published(client, wired):
    p, _ = await a_crowded_round(wired)
    base = await completed(client, wired, p)
    before = (await client.get(f"/v1/rounds/{p.round.id}", headers=manager(p))).json()
    change = {"offer_id": str(p.offer.id), "places": 5}
    what_if = await completed(
        client,
        wired,
        p,
        {"base_run_id": base["id"], "change_offers": [change], "without_educators": []},
    )
    assert (await client.get(f"/v1/rounds/{p.round.id}", headers=manager(p))).json() == before
    proposals = await client.get(f"{what_if['url']}/proposals", headers=manager(p))
    assert proposals.json()["items"] == []
    refused = await client.post(f"{what_if['url']}/publication", headers=manager(p, **{"If-Match": "*"}))
    assert (refused.status_code, refused.json()["code"]) == (409, "scenario_run")
    assert (await client.get(f"/v1/offers/{p.offer.id}", headers=manager(p))).json()["places"] == 1


async def test_everything_wrong_with_a_scenario_is_named_at_once(client, wired):
    p, waiting = await a_crowded_round(wired)
    base = await completed(client, wired, p)
    nobody = str(new_id())
    refused = await asked(
        client,
        p,
        {
            "base_run_id": base["id"],
            "add_offers": [{"setting_id": nobody, "places": 1, "placement_levels": ["final"]}],
            "remove_offers": [nobody, str(p.offer.id)],
            "change_offers": [{"offer_id": str(p.offer.id), "places": 2}],
            "without_educators": [nobody],
            "waivers": [
                {"request_id": nobody, "rule": "travel"},
                {"request_id": waiting, "rule": "conflict"},
            ],
            "rules": {"aims": ["rank_sum", "placed"]},
        },
    )
    assert refused.status_code == 422
    found = {(each["pointer"], each["code"]) for each in refused.json()["errors"]}
    assert found >= {
        ("/scenario/add_offers/0/setting_id", "unknown_setting"),
        ("/scenario/remove_offers/0", "unknown_offer"),
        ("/scenario/change_offers/0", "changed_and_removed"),
        ("/scenario/without_educators/0", "unknown_educator"),
        ("/scenario/waivers/0/request_id", "unknown_request"),
        ("/scenario/waivers/1/rule", "never_waived"),
    }
    aims = await asked(client, p, {"base_run_id": base["id"], "rules": {"aims": ["rank_sum", "placed"]}})
    assert {each["code"] for each in aims.json()["errors"]} == {
        "lottery_not_last",
        "minimised_before_placed",
    }
    assert (await asked(client, p, {"base_run_id": nobody})).status_code == 404
    runs = (await client.get("/v1/match-runs", headers=manager(p))).json()["items"]
    assert len(runs) == 1


async def test_a_rule_that_does_not_exist_is_named_and_not_repeated(client, wired):
    p, unlucky = await a_crowded_round(wired)
    base = await completed(client, wired, p)
    waiver = {"request_id": unlucky, "rule": "because-ada-is-ill"}
    refused = await asked(client, p, {"base_run_id": base["id"], "waivers": [waiver]})
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/scenario/waivers/0/rule"]
    assert "one of level, statutory" in refused.text
    assert "ada" not in refused.text


async def test_what_would_be_is_the_office_s_alone(client, wired):
    p, _ = await a_crowded_round(wired)
    base = await completed(client, wired, p)
    for headers in (
        member(p.id, p.council.id, ("placements:read", "matching:run")),
        a_person_as("student", p.student.id, partnership_id=p.id),
    ):
        url = f"{base['url']}/comparison"
        assert (await client.get(url, params={"with": base["id"]}, headers=headers)).status_code == 404
        listed = await client.get("/v1/policy-comparisons", headers=headers)
        assert listed.json()["items"] == []
    system = member(p.id, p.council.id, ("placements:read", "matching:run"))
    body = {"run_id": base["id"]}
    refused = await client.post(f"/v1/rounds/{p.round.id}/policy-comparisons", json=body, headers=system)
    assert (refused.status_code, refused.json()["code"]) == (403, "office_only")


async def test_the_price_of_a_policy_is_answered_question_by_question(client, wired):
    p, _ = await a_crowded_round(wired)
    base = await completed(client, wired, p)
    made = await client.post(
        f"/v1/rounds/{p.round.id}/policy-comparisons", json={"run_id": base["id"]}, headers=manager(p)
    )
    assert made.status_code == 202, made.text
    await study_policies(wired, UUID(made.json()["id"]))
    done = (await client.get(made.headers["location"], headers=manager(p))).json()
    assert (done["status"], done["failure"]) == ("completed", None)
    answers = done["answers"]
    worth = answers["recruitment"]["items"]
    assert worth == []  # its places and its educator are both used up: one more seat of either helps nobody
    names = {each["name"] for each in answers["orders"]}
    assert names >= {"own", "first_or_second", "generous", "even", "short_journeys", "frontline"}
    assert {each["fair"] for each in answers["orders"]} == {True, False}
    assert answers["strategy_proof"]["outcome"]["placed"] == 1
    assert answers["truncation"] == {"missed_first": 0, "sampled": 0, "gained": 0}
    listed = await client.get("/v1/policy-comparisons", params={"run_id": base["id"]}, headers=manager(p))
    assert [each["id"] for each in listed.json()["items"]] == [done["id"]]


async def test_one_more_place_that_would_place_a_student_heads_the_recruitment_list(client, wired):
    p, _ = await a_crowded_round(wired)
    await an_offer(wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id, educator_id=p.educator_id)
    base = await completed(client, wired, p)
    made = await client.post(
        f"/v1/rounds/{p.round.id}/policy-comparisons",
        json={"run_id": base["id"], "questions": ["recruitment"]},
        headers=manager(p),
    )
    await study_policies(wired, UUID(made.json()["id"]))
    done = (await client.get(made.headers["location"], headers=manager(p))).json()
    (first, *_) = done["answers"]["recruitment"]["items"]
    assert (first["kind"], first["id"]) == ("educator", str(p.educator_id))
    assert first["gains"]["placed"] == 1
    assert done["answers"]["orders"] is None


async def test_a_comparison_can_be_cancelled_and_is_then_not_carried_out(client, wired):
    p, _ = await a_crowded_round(wired)
    base = await completed(client, wired, p)
    made = await client.post(
        f"/v1/rounds/{p.round.id}/policy-comparisons", json={"run_id": base["id"]}, headers=manager(p)
    )
    url = made.headers["location"]
    tag = (await client.get(url, headers=manager(p))).headers["etag"]
    stopped = await client.post(f"{url}/cancellation", headers=manager(p, **{"If-Match": tag}))
    assert stopped.json()["status"] == "cancelled"
    await study_policies(wired, UUID(made.json()["id"]))
    assert (await client.get(url, headers=manager(p))).json()["answers"]["orders"] is None
    again = await client.post(f"{url}/cancellation", headers=manager(p, **{"If-Match": "*"}))
    assert again.json()["code"] == "invalid_state"


async def test_a_comparison_says_where_it_is_and_its_process_ends_when_it_is_cancelled(client, wired):
    p, _ = await a_crowded_round(wired)
    base = await completed(client, wired, p)
    made = await client.post(
        f"/v1/rounds/{p.round.id}/policy-comparisons", json={"run_id": base["id"]}, headers=manager(p)
    )
    study = asyncio.create_task(study_policies(wired, UUID(made.json()["id"])))
    url = made.headers["location"]
    seen: dict[str, Any] = {}
    while not seen.get("progress"):
        await asyncio.sleep(0.01)
        seen = (await client.get(url, headers=manager(p))).json()
    assert seen["status"] == "running"
    assert 1 <= seen["progress"]["match"] <= seen["progress"]["of"]
    stopped = await client.post(f"{url}/cancellation", headers=manager(p, **{"If-Match": "*"}))
    await study
    assert (stopped.json()["status"], stopped.json()["progress"]) == ("cancelled", None)


async def test_whether_a_shorter_list_would_have_helped_is_added_to_the_outcome_of_a_run_that_did_not_try(
    client, wired, stopped_clock
):
    p, _ = await a_crowded_round(wired)
    base = await completed(client, wired, p)
    assert base["outcome"]["truncation_sampled"] == 0
    body = {"run_id": base["id"], "questions": ["truncation"]}
    made = await client.post(f"/v1/rounds/{p.round.id}/policy-comparisons", json=body, headers=manager(p))
    for sampled, gained in ((0, 0), (4, 1), (9, 9)):
        found = {"missed_first": 9, "sampled": sampled, "gained": gained}
        async with wired.db.begin() as session:
            await report(session, UUID(made.json()["id"]), "truncation", found, stopped_clock.now())
    outcome = (await client.get(base["url"], headers=manager(p))).json()["outcome"]
    assert (outcome["truncation_sampled"], outcome["truncation_gained"]) == (4, 1)
    assert outcome["placed"] == base["outcome"]["placed"]


async def test_a_run_of_another_round_cannot_be_compared(client, wired):
    p, _ = await a_crowded_round(wired)
    q, _ = await a_crowded_round(wired)
    base, other = await completed(client, wired, p), await completed(client, wired, q)
    beside = await client.get(f"{base['url']}/comparison", params={"with": other["id"]}, headers=manager(p))
    assert beside.status_code == 404
    refused = await client.post(
        f"/v1/rounds/{p.round.id}/policy-comparisons", json={"run_id": other["id"]}, headers=manager(p)
    )
    assert refused.status_code == 404


async def test_the_picture_is_for_those_who_see_the_run_and_unmet_demand_for_the_office(client, wired):
    p, _ = await a_crowded_round(wired)
    third = await a_student(wired.db, p.id, organisation_id=p.university.id)
    wish = [{"rank": 1, "kind": "setting", "value": str(p.setting.id)}]
    await a_request(wired.db, p.id, round_id=p.round.id, student_id=third.id, preferences=wish)
    base = await completed(client, wired, p)
    url = f"{base['url']}/picture.svg"
    mine = await client.get(url, headers=manager(p))
    assert mine.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in mine.headers["content-security-policy"]
    ET.fromstring(mine.text)
    assert "Children in Care Team" in mine.text
    assert p.student.full_name not in mine.text
    host = member(p.id, p.council.id)
    assert (await client.get(url, headers=host)).status_code == 404
    await client.post(f"{base['url']}/publication", headers=manager(p, **{"If-Match": "*"}))
    theirs = await client.get(url, headers=host)
    assert theirs.status_code == 200
    assert "Children in Care Team" not in theirs.text
    stranger = office(new_id())
    assert (await client.get(url, headers=stranger)).status_code == 404
