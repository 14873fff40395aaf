"""Newly qualified social workers in hubs: their employer changes and withdraws them; students belong to placements."""

from datetime import timedelta
from typing import Any

import pytest

from services.hubs.models.memberships import Membership
from shared.ids import new_id
from tests.hubs.factories import COUNCIL, NORTH, Service, a_candidate, a_hub, events, rows_of, sessions_of

PERSON: dict[str, Any] = {
    "full_name": "Ben Example",
    "organisation_id": str(COUNCIL),
    "starts_on": "2026-09-07",
    "ends_on": "2027-09-06",
}


@pytest.fixture
async def added(service: Service) -> Any:
    """The answer with which somebody was added, as their employer."""
    return await service.university(COUNCIL)(
        "POST", "/v1/candidates", {**PERSON, "person_id": str(new_id())}, {"Idempotency-Key": "added"}
    )


async def test_the_employer_changes_a_first_year_and_nobody_else_does(service: Service, added: Any):
    path, employer = added.headers["location"], service.university(COUNCIL)
    longer = {"ends_on": "2027-11-30", "locality": "Norwich", "full_name": "Ben Newname"}
    assert (await employer("PATCH", path, longer)).status_code == 428
    changed = await employer("PATCH", path, longer, {"If-Match": added.headers["etag"]})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["ends_on"], changed.json()["locality"]["name"]) == ("2027-11-30", "Norwich")
    assert changed.json()["student"]["full_name"] == "Ben Newname"
    read = await employer("GET", path)
    assert (read.json(), read.headers["etag"]) == (changed.json(), changed.headers["etag"])
    stale = await employer("PATCH", path, {"locality": None}, {"If-Match": added.headers["etag"]})
    assert stale.status_code == 412
    wrong = await employer("PATCH", path, {"ends_on": "2026-01-01", "latitude": 52.6}, {"If-Match": "*"})
    assert [fault["code"] for fault in wrong.json()["errors"]] == ["ends_before_it_starts", "half_a_location"]
    for other, status in ((service.university(NORTH), 404), (service.person(new_id(), "student"), 404)):
        assert (await other("PATCH", path, {"locality": None}, {"If-Match": "*"})).status_code == status


async def test_who_is_withdrawn_leaves_the_hub_and_is_not_expected_from_then_on(service: Service, added: Any):
    tenant, office = service.tenant, service.office
    hub = await a_hub(tenant, takes=["asye"], capacity_min=1)
    await office("POST", f"/v1/hubs/{hub.id}/memberships", {"placement_id": added.json()["placement_id"]})
    sessions = await sessions_of(tenant, hub, count=2)
    tenant.clock.move(timedelta(days=3))
    path = f"{added.headers['location']}/withdrawal"
    sent = {"If-Match": "*", "Idempotency-Key": "withdrawn"}
    gone = await service.university(COUNCIL)("POST", path, {}, sent)
    assert gone.status_code == 200, gone.text
    assert (gone.json()["status"], gone.json()["hub_id"]) == ("ended_early", None)
    again = await service.university(COUNCIL)("POST", path, {}, sent)
    assert again.headers["idempotent-replayed"] == "true"
    (membership,) = await rows_of(tenant, Membership)
    assert (membership.end_reason, membership.ended_on) == ("ended_early", tenant.now.date())
    seen = [(await office("GET", f"/v1/sessions/{one.id}")).json() for one in sessions]
    assert [(one["expected"], one["presenter"] is None) for one in seen] == [(1, False), (0, True)]
    assert len(await events(tenant, "membership.ended")) == 1
    refused = await office("POST", path, {}, {"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_state")
    assert (await office("POST", "/v1/allocations", {})).json()["items"] == []


async def test_nobody_stays_in_a_hub_beyond_the_end_of_their_year(service: Service, added: Any):
    hub = await a_hub(service.tenant, takes=["asye"], capacity_min=1)
    joined = {"placement_id": added.json()["placement_id"]}
    await service.office("POST", f"/v1/hubs/{hub.id}/memberships", joined)
    path = f"{added.headers['location']}/withdrawal"
    gone = await service.office("POST", path, {"last_on": "2099-01-01"}, {"If-Match": "*"})
    (membership,) = await rows_of(service.tenant, Membership)
    assert (gone.json()["ends_on"], str(membership.ended_on)) == (PERSON["ends_on"], PERSON["ends_on"])


async def test_a_year_that_never_began_is_cancelled(service: Service):
    later = {**PERSON, "person_id": str(new_id()), "starts_on": "2027-01-04"}
    made = await service.office("POST", "/v1/candidates", later)
    path = f"{made.headers['location']}/withdrawal"
    gone = await service.office("POST", path, {}, {"If-Match": made.headers["etag"]})
    assert (gone.json()["status"], gone.json()["starts_on"]) == ("cancelled", "2027-01-04")


async def test_a_students_placement_is_changed_where_it_is_kept(service: Service):
    candidate = await a_candidate(service.tenant)
    path = f"/v1/candidates/{candidate.id}"
    changed = await service.office("PATCH", path, {"locality": "Norwich"}, {"If-Match": "*"})
    gone = await service.office("POST", f"{path}/withdrawal", {}, {"If-Match": "*"})
    assert {(answer.status_code, answer.json()["code"]) for answer in (changed, gone)} == {
        (409, "placements_own_it")
    }
