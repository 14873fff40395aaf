"""From a round to accepted proposals, as a coordinator, a university and a host go through it."""

import asyncio

from tests.placements.callers import a_person_as, member, office
from tests.placements.factories import (
    a_partnership,
    a_request,
    a_setting,
    a_student,
    an_offer,
)
from tests.placements.season import SCOPES, accepted, matched, published


async def test_a_round_is_matched_and_every_request_explained(client, wired, register):
    p = await a_partnership(wired.db)
    other = await a_student(wired.db, p.id, organisation_id=p.university.id)
    unlucky = await a_request(
        wired.db,
        p.id,
        round_id=p.round.id,
        student_id=other.id,
        latitude=54.97,
        longitude=-1.61,
        max_travel_minutes=30,
    )
    lapsed_offer = await an_offer(wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id)
    register.lapsed[str(lapsed_offer.educator_id)] = "The last student was more than two years ago."
    run = await matched(client, wired, p)
    assert (run["status"], run["outcome"]["placed"], run["outcome"]["requests"]) == ("completed", 1, 2)
    assert register.asked == ["POST /v1/eligibility-decisions"]
    proposals = (await client.get(f"{run['url']}/proposals", headers=office(p.id))).json()["items"]
    assert [(x["offer_id"], x["status"]) for x in proposals] == [(str(p.offer.id), "draft")]
    why = (await client.get(f"{run['url']}/explanations/{unlucky.id}", headers=office(p.id))).json()
    assert (why["placed"], why["feasible"]) == (False, 0)
    forbidding = {r["code"]: r["forbids"] for r in why["waterfall"] if r["forbids"]}
    assert forbidding == {"educator_eligible": 1, "travel": 2}
    assert why["summary"]
    everyone = (await client.get(f"{run['url']}/explanations", headers=office(p.id))).json()["items"]
    assert {e["request_id"] for e in everyone} == {str(unlucky.id), str(p.request.id)}


async def test_a_run_fails_while_the_educators_service_is_silent_and_changes_nothing(client, wired, register):
    p = await a_partnership(wired.db)
    register.down = True
    run = await matched(client, wired, p)
    assert (run["status"], run["failure"]) == ("failed", "educators_unavailable")
    assert (await client.get("/v1/proposals", headers=office(p.id))).json()["items"] == []


async def test_the_same_round_gives_the_same_result(client, wired):
    p = await a_partnership(wired.db)
    first, again = await matched(client, wired, p), await matched(client, wired, p)
    assert first["input_hash"] == again["input_hash"]
    assert (first["outcome"], first["aims"]) == (again["outcome"], again["aims"])


async def test_only_one_result_of_a_round_is_published(client, wired):
    p = await a_partnership(wired.db)
    runs = [await matched(client, wired, p) for _ in range(2)]
    calls = [
        client.post(f"{r['url']}/publication", headers=office(p.id, SCOPES) | {"If-Match": r["etag"]})
        for r in runs
    ]
    answers = sorted(await asyncio.gather(*calls), key=lambda a: a.status_code)
    assert [a.status_code for a in answers] == [200, 409]
    assert answers[1].json()["code"] == "round_published"
    late = await client.post(f"/v1/rounds/{p.round.id}/match-runs", headers=office(p.id, SCOPES))
    assert late.json()["code"] == "round_published"


async def test_drafts_are_seen_by_the_office_alone_and_proposals_by_the_two_sides_and_the_student(
    client, wired
):
    p = await a_partnership(wired.db)
    run = await matched(client, wired, p)
    sides = [
        member(p.id, p.university.id),
        member(p.id, p.council.id),
        a_person_as("student", p.student.id, partnership_id=p.id),
    ]
    for headers in sides:
        assert (await client.get("/v1/proposals", headers=headers)).json()["items"] == []
        assert (await client.get(run["url"], headers=headers)).status_code == 404
    await client.post(f"{run['url']}/publication", headers=office(p.id, SCOPES) | {"If-Match": "*"})
    for headers in sides:
        assert len((await client.get("/v1/proposals", headers=headers)).json()["items"]) == 1
    stranger = member(p.id, (await a_setting(wired.db, p.id)).organisation_id)
    assert (await client.get("/v1/proposals", headers=stranger)).json()["items"] == []
    readings = [
        (await client.get(f"{run['url']}/explanations/{p.request.id}", headers=headers)).json()["reader"]
        for headers in sides
    ]
    assert readings == ["coordinator", "host", "student"]


async def test_both_sides_accept_and_the_placement_is_on_record(client, wired):
    p = await a_partnership(wired.db)
    (proposal,) = await published(client, wired, p)
    wrong = member(p.id, p.university.id) | {"If-Match": "*"}
    refused = await client.post(
        f"/v1/proposals/{proposal['id']}/acceptance", json={"party": "host"}, headers=wrong
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_answer")
    url = await accepted(client, p, proposal)
    placement = (await client.get(url, headers=member(p.id, p.council.id))).json()
    assert (placement["status"], placement["days_required"]) == ("proposed", 100)
    assert placement["student"]["full_name"] == p.student.full_name


async def test_a_declined_proposal_cannot_be_accepted_any_more(client, wired):
    p = await a_partnership(wired.db)
    (proposal,) = await published(client, wired, p)
    headers = member(p.id, p.council.id) | {"If-Match": "*"}
    body = {"party": "host", "reason_code": "capacity_lost"}
    declined = await client.post(f"/v1/proposals/{proposal['id']}/decline", json=body, headers=headers)
    assert (declined.json()["status"], declined.json()["declined_by"]) == ("declined", "host")
    late = await client.post(
        f"/v1/proposals/{proposal['id']}/acceptance",
        json={"party": "university"},
        headers=member(p.id, p.university.id) | {"If-Match": "*"},
    )
    assert (late.status_code, late.json()["code"]) == (409, "invalid_state")
