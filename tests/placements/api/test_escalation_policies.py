"""A partnership's own policy: drafted by one person, previewed, published by another, and looked after each night."""

import json
from datetime import timedelta
from operator import itemgetter

import pytest

from services.placements.jobs.lint_policies import lint_policies
from shared.ids import new_id
from tests.placements.callers import member, office
from tests.placements.policies import policy_data
from tests.placements.struggling import (
    a_concern,
    a_placement,
    absence,
    london_at,
    notice,
    open_steps_of,
    published,
    red_review,
    the_concern,
)

SCOPES = ("concerns:read", "policies:write")
PATH = "/v1/escalation-policies"
UNTRAINED = {"discrimination_lead", "safety_lead"}
"""Roles that the partnership of these tests has given to nobody; the programme manager stands in."""


async def post(client, at, path, body, **headers):
    who = office(at.partnership_id, SCOPES) | {"Idempotency-Key": str(new_id())} | headers
    return await client.post(path, json=body, headers=who)


async def drafted(client, at, **changes):
    by = str(at.people["programme_manager"])
    made = await post(client, at, PATH, {"policy": policy_data(**changes), "by_person_id": by})
    assert made.status_code == 201, made.text
    return made.json()


async def publish(client, at, draft, who="coordinator"):
    body = {"by_person_id": str(at.people[who])}
    return await post(client, at, f"{PATH}/{draft['id']}/publication", body)


async def test_a_draft_changes_nothing_until_a_second_person_publishes_it(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    draft = await drafted(placements_client, at, opening_points=1)
    assert (draft["status"], draft["number"], draft["policy"]["version"]) == ("draft", 4, 4)
    await notice(placements_db, stopped_clock, at, absence(2, stopped_clock.now()))
    refused = await publish(placements_client, at, draft, who="programme_manager")
    assert (refused.status_code, refused.json()["code"]) == (409, "second_person_needed")
    preview = await placements_client.get(
        f"{PATH}/{draft['id']}/preview", headers=office(at.partnership_id, SCOPES)
    )
    seen = preview.json()
    assert seen["changed"] == ["/opening_points", "/version"]
    assert (seen["would_open"], seen["open_concerns"]) == ([str(at.placement_id)], 0)
    assert {gap["role"] for gap in seen["gaps"]} == UNTRAINED
    done = await publish(placements_client, at, draft)
    assert (done.status_code, done.json()["status"]) == (200, "published"), done.text
    assert await published(placements_db, "escalation_policy.published") == 1
    again = await publish(placements_client, at, draft)
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")
    await notice(placements_db, stopped_clock, at, absence(2, stopped_clock.now(), hub="hub-2"))
    assert (await the_concern(placements_db, at)).policy["version"] == 4


async def test_an_open_concern_keeps_its_policy_and_the_preview_says_what_would_differ(
    placements_client, placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    data = policy_data()
    data["levels"][0]["steps"][1]["within"] = 4
    data["levels"][0]["owner"] = "tutor"
    draft = await drafted(placements_client, at, levels=data["levels"])
    url = f"{PATH}/{draft['id']}/preview"
    seen = (await placements_client.get(url, headers=office(at.partnership_id, SCOPES))).json()
    assert "/levels/early_conversation/steps/held/within" in seen["changed"]
    (differing,) = seen["differing"]
    assert (differing["concern_id"], differing["differences"]) == (str(concern_id), ["owner", "held"])
    assert (await publish(placements_client, at, draft)).status_code == 200
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now(), about="wellbeing"))
    assert (await open_steps_of(placements_db, concern_id))["held"] == london_at(9, 14)


async def test_a_policy_for_later_is_in_force_from_its_day_on(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    body = {
        "policy": policy_data(opening_points=1),
        "effective_from": "2026-09-14T00:00:00Z",
        "by_person_id": str(at.people["programme_manager"]),
    }
    draft = (await post(placements_client, at, PATH, body)).json()
    assert (await publish(placements_client, at, draft)).json()["effective_from"] == "2026-09-14T00:00:00Z"
    await notice(placements_db, stopped_clock, at, absence(2, stopped_clock.now()))
    stopped_clock.move(timedelta(days=7))
    await notice(placements_db, stopped_clock, at, absence(2, stopped_clock.now(), hub="hub-2"))
    assert (await the_concern(placements_db, at)).opened_at == stopped_clock.now()


async def test_every_fault_is_named_and_nothing_is_kept(placements_client, placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    data = policy_data(
        opening_points=0, compressed={"level": "stage_one", "within": {"meeting": 9, "panel": 5}}
    )
    data["rules"][0]["amber"] = [{"consecutive_unnotified": {"more_than": 2}}]
    by = str(at.people["tutor"])
    refused = await post(placements_client, at, PATH, {"policy": data, "by_person_id": by})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_policy")
    faults = {each["pointer"]: each["detail"] for each in refused.json()["errors"]}
    assert "/policy/opening_points" in faults
    assert "rule hub_absence" in faults["/policy/rules/0/amber/consecutive_unnotified"]
    unknown = {"policy": data, "by_person_id": str(new_id())}
    both = await post(placements_client, at, PATH, unknown)
    assert {each["pointer"] for each in both.json()["errors"]} == {"/by_person_id", *faults}
    repaired = {**data, "opening_points": 3, "rules": policy_data()["rules"]}
    refused = await post(placements_client, at, PATH, {"policy": repaired, "by_person_id": by})
    assert {each["pointer"] for each in refused.json()["errors"]} == {
        "/policy/compressed/within/meeting",
        "/policy/compressed/within/panel",
    }
    listed = await placements_client.get(PATH, headers=office(at.partnership_id, SCOPES))
    assert listed.json()["items"] == []


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
async def test_a_character_that_cannot_be_kept_is_a_fault(
    placements_client, placements_db, stopped_clock, text
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    body = {"policy": policy_data(name=text), "by_person_id": str(at.people["tutor"])}
    headers = office(at.partnership_id, SCOPES) | {"Content-Type": "application/json"}
    refused = await placements_client.post(PATH, content=json.dumps(body), headers=headers)
    assert refused.status_code in (400, 422), refused.text


async def test_drafts_are_the_offices_and_stay_in_their_partnership(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    other = await a_placement(placements_db, now=stopped_clock.now())
    draft = await drafted(placements_client, at)
    path = f"{PATH}/{draft['id']}"
    system = member(at.partnership_id, at.host_id, SCOPES)
    assert (await placements_client.get(path, headers=system)).status_code == 404
    assert (await placements_client.get(f"{path}/preview", headers=system)).status_code == 403
    assert (await publish(placements_client, other, draft)).status_code == 404
    assert (await placements_client.get(path, headers=office(at.partnership_id, SCOPES))).status_code == 200


async def test_each_night_roles_that_reach_nobody_are_found_once(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now(), without=("panel_chair",))
    while await lint_policies(placements_db, stopped_clock):
        pass
    assert await lint_policies(placements_db, stopped_clock) is False
    assert await published(placements_db, "policy_gaps.found") == 1
    found = await placements_client.get("/v1/reports/policy-gaps", headers=office(at.partnership_id, SCOPES))
    gaps = [{"role": role, "nobody": 1, "no_address": 0} for role in UNTRAINED | {"panel_chair"}]
    assert sorted(found.json()["gaps"], key=itemgetter("role")) == sorted(gaps, key=itemgetter("role"))
    stopped_clock.move(timedelta(days=1))
    await lint_policies(placements_db, stopped_clock)
    assert await published(placements_db, "policy_gaps.found") == 2
