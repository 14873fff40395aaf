"""Hubs and closures over HTTP."""

from shared.ids import new_id
from tests.hubs.factories import NORTH, Service, a_member, events

BODY = {
    "name": "Leeds hub",
    "locality": "Leeds",
    "cadence": "weekly",
    "weekday": 2,
    "starts_at": "09:30",
    "starts_on": "2026-09-07",
    "ends_on": "2027-02-26",
}


async def added(service: Service, **values: object) -> str:
    response = await service.office("POST", "/v1/hubs", {**BODY, **values})
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def test_a_hub_is_added_with_what_is_usual_and_found_again(service: Service):
    hub_id = await added(service, external_ids=[{"system": "records", "value": "HUB-1"}])
    found = await service.office("GET", f"/v1/hubs/{hub_id}")
    assert found.json()["capacity"] == {"min": 4, "target": 8, "hard": 9}
    assert (found.json()["minutes"], found.json()["starts_at"], found.json()["members"]) == (90, "09:30", 0)
    named = await service.office("GET", "/v1/hubs/external/records/HUB-1")
    assert named.json() == found.json()
    unchanged = await service.office("GET", f"/v1/hubs/{hub_id}", headers={"If-None-Match": '"1"'})
    assert unchanged.status_code == 304


async def test_a_hub_put_twice_under_its_external_id_is_one_hub_and_told_once(service: Service):
    path = "/v1/hubs/external/records/HUB-1"
    first, again = [await service.office("PUT", path, BODY) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    changed = await service.office("PUT", path, {**BODY, "minutes": 120})
    assert (changed.json()["minutes"], changed.headers["etag"]) == (120, '"2"')
    assert len(await events(service.tenant, "hub.changed")) == 2


async def test_only_the_members_given_are_changed_and_an_old_version_is_refused(service: Service):
    path = f"/v1/hubs/{await added(service)}"
    changed = await service.office("PATCH", path, {"locality": None, "weekday": 3}, {"If-Match": '"1"'})
    assert (changed.json()["locality"], changed.json()["weekday"]) == (None, 3)
    assert changed.json()["name"] == "Leeds hub"
    assert (await service.office("PATCH", path, {"weekday": 4}, {"If-Match": '"1"'})).status_code == 412
    assert (await service.office("PATCH", path, {"weekday": 4})).status_code == 428


async def test_all_faults_of_a_hub_are_listed(service: Service):
    wrong = {**BODY, "weekday": 6, "starts_at": "25:00", "capacity": {"min": 0}, "colour": "red"}
    refused = await service.office("POST", "/v1/hubs", wrong)
    assert refused.status_code == 422
    pointers = {fault["pointer"] for fault in refused.json()["errors"]}
    assert pointers == {"/weekday", "/starts_at", "/capacity/min", "/colour"}
    refused = await service.office("POST", "/v1/hubs", {**BODY, "latitude": 53.8, "ends_on": "2026-01-01"})
    assert {fault["code"] for fault in refused.json()["errors"]} == {
        "half_a_location",
        "ends_before_it_starts",
    }


async def test_a_hub_is_not_made_smaller_than_it_is(service: Service):
    hub = await service.office("POST", "/v1/hubs", BODY)
    hub_id = hub.json()["id"]

    class Named:
        id = hub_id

    for _ in range(3):
        await a_member(service.tenant, Named)  # type: ignore[arg-type]  # only its id is needed
    small = {"capacity": {"min": 1, "target": 2, "hard": 2}}
    refused = await service.office("PATCH", f"/v1/hubs/{hub_id}", small, {"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "more_members_than_capacity")


async def test_who_may_change_hubs(service: Service):
    leader = new_id()
    path = f"/v1/hubs/{await added(service, facilitator_person_id=str(leader))}"
    change, star = {"minutes": 60}, {"If-Match": "*"}
    for role, status in (("student", 403), ("practice_educator", 403), ("coordinator", 200)):
        response = await service.person(new_id(), role, NORTH)("PATCH", path, change, star)
        assert (role, response.status_code) == (role, status)
    assert (await service.person(leader, "facilitator")("PATCH", path, change, star)).status_code == 200
    assert (await service.university()("PATCH", path, change, star)).status_code == 200
    assert (await service.person(leader, "facilitator")("POST", "/v1/hubs", BODY)).status_code == 403


async def test_another_partnership_sees_none_of_it(service: Service):
    path = f"/v1/hubs/{await added(service)}"
    stranger = service.caller(partnership_id=new_id(), roles=["partnership"])
    assert (await stranger("GET", path)).status_code == 404
    assert (await stranger("GET", "/v1/hubs")).json()["items"] == []
    assert (await stranger("PATCH", path, {"minutes": 60}, {"If-Match": "*"})).status_code == 404
    plan = {"starts_on": "2026-09-07"}
    assert (await stranger("POST", f"{path}/session-plans", plan)).status_code == 404


async def test_hubs_are_listed_in_pages_and_narrowed(service: Service):
    for locality in ("Leeds", "Leeds", "Wakefield"):
        await added(service, locality=locality)
    first = await service.office("GET", "/v1/hubs?locality=Leeds&limit=1")
    assert 'rel="next"' in first.headers["link"]
    second = await service.office(
        "GET", f"/v1/hubs?locality=Leeds&limit=1&cursor={first.json()['next_cursor']}"
    )
    assert second.json()["next_cursor"] is None
    assert first.json()["items"] != second.json()["items"]
    other = await service.office("GET", f"/v1/hubs?locality=Wakefield&cursor={first.json()['next_cursor']}")
    assert (other.status_code, other.json()["code"]) == (400, "bad_cursor")


async def test_closures_are_kept_and_taken_back(service: Service):
    body = {"name": "Reading week", "starts_on": "2026-10-26", "ends_on": "2026-10-30"}
    made = await service.office("POST", "/v1/closures", body)
    assert made.status_code == 201
    path = made.headers["location"]
    assert (await service.office("GET", path)).json()["name"] == "Reading week"
    backwards = await service.office("POST", "/v1/closures", {**body, "ends_on": "2026-10-01"})
    assert backwards.status_code == 422
    unknown = await service.office("POST", "/v1/closures", {**body, "hub_id": str(new_id())})
    assert unknown.json()["errors"][0]["pointer"] == "/hub_id"
    assert (await service.office("DELETE", path, headers={"If-Match": '"1"'})).status_code == 204
    assert (await service.office("GET", "/v1/closures")).json()["items"] == []
