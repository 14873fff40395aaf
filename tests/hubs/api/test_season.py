"""The hubs' part of the main job over HTTP: candidates, allocation, plan, summaries, reports, and who sees what."""

from shared.ids import new_id
from tests.hubs.factories import COUNCIL, NORTH, SOUTH, Service, a_candidate
from tests.hubs.seasons import Season


async def test_everybody_is_allocated_and_told_why(season: Season):
    whys = [item["why"] for item in season.allocated]
    assert {item["hub_id"] for item in season.allocated} == {season.hub_id}
    assert {why["code"] for why in whys} == {"nearest_hub"}
    assert whys[0] | {"detail": ""} == {
        "code": "nearest_hub",
        "detail": "",
        "distance_km": 11,
        "members": 6,
        "universities": 2,
        "facilitator_assesses": None,
    }


async def test_a_newly_qualified_social_worker_joins_a_hub_without_any_placement(service: Service):
    office = service.office
    hub = {
        "name": "Ipswich",
        "locality": "Ipswich",
        "cadence": "monthly",
        "weekday": 3,
        "starts_at": "13:00",
        "starts_on": "2026-09-07",
        "takes": ["final", "asye"],
        "capacity": {"min": 1, "target": 8, "hard": 12},
        "co_facilitator_person_id": str(new_id()),
    }
    made = (await office("POST", "/v1/hubs", hub)).json()
    person = {
        "person_id": str(new_id()),
        "full_name": "Ben Example",
        "organisation_id": str(COUNCIL),
        "starts_on": "2026-09-07",
        "ends_on": "2027-09-06",
        "locality": "Ipswich",
    }
    assert (
        await service.university(NORTH)("POST", "/v1/candidates", person, {"Idempotency-Key": "n"})
    ).status_code == 403
    added = await office("POST", "/v1/candidates", person)
    assert (added.status_code, added.json()["placement_level"]) == (201, "asye"), added.text
    (item,) = (await office("POST", "/v1/allocations", {})).json()["items"]
    assert item["hub_id"] == made["id"]
    (member,) = (await office("GET", f"/v1/hubs/{made['id']}/memberships")).json()["items"]
    assert (member["member_kind"], member["student"]["id"]) == ("asye", person["person_id"])


async def test_sessions_alternate_and_have_presenters(season: Season):
    assert [one["kind"] for one in season.sessions] == [
        "reflective_skills",
        "practice_skills",
        "reflective_skills",
        "practice_skills",
    ]
    assert season.sessions[0]["begins_at"] == "2026-09-08T08:30:00Z"
    assert len({one["presenter"]["student_id"] for one in season.sessions}) == 4
    assert {one["expected"] for one in season.sessions} == {6}


async def test_names_of_fellow_members_are_seen_through_the_shared_hub_only(season: Season):
    service, path = season.service, f"/v1/hubs/{season.hub_id}/memberships"
    own = season.allocated[0]["student_id"]
    callers = [
        (service.person(own, "student", NORTH), 6),
        (service.university(SOUTH), 6),
        (service.person(season.educator, "practice_educator", COUNCIL), 1),
        (service.university(new_id()), 0),
        (service.person(new_id(), "student", NORTH), 0),
    ]
    for caller, count in callers:
        assert len((await caller("GET", path)).json()["items"]) == count
    assert (await service.office("GET", f"/v1/hubs/{new_id()}/memberships")).status_code == 404


async def test_candidates_and_allocations_are_seen_by_those_concerned(season: Season):
    service = season.service
    own = service.person(season.allocated[0]["student_id"], "student", NORTH)
    (mine,) = (await own("GET", "/v1/candidates")).json()["items"]
    assert (mine["hub_id"], mine["why"]["code"]) == (season.hub_id, "nearest_hub")
    south = (await service.university(SOUTH)("GET", "/v1/candidates?has_hub=true")).json()["items"]
    assert len(south) == 2
    allocation = await service.office("POST", "/v1/allocations")
    assert allocation.json()["items"] == []
    seen = await service.university(SOUTH)("GET", allocation.headers["location"])
    assert seen.status_code == 200


async def test_a_place_is_given_and_ended_by_hand(season: Season):
    service = season.service
    candidate = await a_candidate(service.tenant, university_id=NORTH)
    body = {"placement_id": str(candidate.placement_id)}
    path = f"/v1/hubs/{season.hub_id}/memberships"
    made = await service.office("POST", path, body)
    assert (made.status_code, made.json()["why"]["code"]) == (201, "by_hand")
    twice = await service.office("POST", path, body)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_in_a_hub")
    unknown = await service.office("POST", path, {"placement_id": str(new_id())})
    assert unknown.json()["errors"][0]["code"] == "unknown_reference"
    ending = f"{made.headers['location']}/ending"
    ended = await service.office("POST", ending, {"reason": "moved"}, {"If-Match": '"1"'})
    assert (ended.json()["ended_on"], ended.json()["end_reason"]) == ("2026-09-16", "moved")
    again = await service.office("POST", ending, {"reason": "moved"}, {"If-Match": "*"})
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")
    assert (await service.office("POST", path, body)).status_code == 201


async def test_the_summary_reaches_members_and_their_educators_and_nobody_else(season: Season):
    service, path = season.service, f"/v1/sessions/{season.sessions[0]['id']}/summary"
    assert (await season.facilitator("GET", path)).status_code == 404
    body = {"themes": ["endings"], "pcf_domains": ["knowledge"], "next_session": "Bring a question."}
    written = await season.facilitator("PUT", path, body)
    assert written.status_code == 200, written.text
    assert (await season.facilitator("PUT", path, body)).headers["etag"] == '"1"'
    assert (await season.facilitator("PUT", path, {"themes": []})).status_code == 428
    for caller in (
        service.person(season.allocated[0]["student_id"], "student", NORTH),
        service.person(season.educator, "practice_educator", COUNCIL),
    ):
        assert (await caller("GET", path)).json()["themes"] == ["endings"]
        assert (await caller("PUT", path, {"themes": []}, {"If-Match": "*"})).status_code == 403
    assert (await service.person(new_id(), "practice_educator")("GET", path)).status_code == 404


async def test_the_report_counts_by_hub_and_overall_with_n(season: Season):
    office = season.service.office
    empty = (await office("GET", "/v1/reports/attendance")).json()
    assert (empty["overall"]["n"], empty["overall"]["rate"], empty["hubs"]) == (0, None, [])
    await season.facilitator("PUT", season.path(0), season.register(absent=5))
    await season.facilitator("PUT", season.path(1), season.register())
    report = (await office("GET", "/v1/reports/attendance")).json()
    assert report["overall"] | {"rate": 91.7} == report["overall"]
    assert (report["overall"]["n"], report["overall"]["sessions"], report["overall"]["students"]) == (
        12,
        2,
        6,
    )
    (hub,) = report["hubs"]
    assert (hub["hub_id"], hub["absent_unnotified"]) == (season.hub_id, 1)
    later = (await office("GET", "/v1/reports/attendance?from=2026-09-10")).json()
    assert later["overall"]["n"] == 6
    south = (await season.service.university(SOUTH)("GET", "/v1/reports/attendance")).json()
    assert south["overall"]["students"] == 2


async def test_the_same_plan_sent_twice_with_one_key_plans_once(season: Season):
    path, key = f"/v1/hubs/{season.hub_id}/session-plans", {"Idempotency-Key": "plan-2"}
    body = {"starts_on": "2026-10-05", "count": 2}
    first, again = [await season.facilitator("POST", path, body, key) for _ in range(2)]
    assert first.status_code == 201
    assert again.json() == first.json()
    refused = await season.facilitator("POST", path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_planned")
    listed = await season.facilitator("GET", f"/v1/hubs/{season.hub_id}/sessions?recorded=false")
    assert [one["number"] for one in listed.json()["items"]] == [1, 2, 3, 4, 5, 6]
