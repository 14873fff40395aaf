"""What a placement was agreed with: its programme's minima, whose days it spends where, and the survey at its end."""

from datetime import date, timedelta

import pytest

from services.placements.jobs.notice_placements import notice_placements
from services.placements.models.placements import Placement
from services.placements.operations.review_planning import open_reviews
from shared.ids import new_id
from tests.placements import factories, struggling
from tests.placements.api.test_surveys import ANSWERS
from tests.placements.callers import member, office
from tests.placements.season import SCOPES as ALL_SCOPES
from tests.placements.season import accepted, published
from tests.placements.under_way import UnderWay


@pytest.fixture
async def way(partnerships_client, partnerships_db, stopped_clock) -> UnderWay:
    """A placement that has started on Monday 7 September 2026, with 20 days on every weekday."""
    at = await struggling.a_placement(
        partnerships_db, now=stopped_clock.now(), days_required=20, ends_on=date(2026, 10, 2)
    )
    return UnderWay(partnerships_client, at)


async def test_a_placement_keeps_the_minima_that_its_programme_had_when_it_was_proposed(
    client, wired, stopped_clock
):
    p = await factories.a_partnership(wired.db)
    url, headers = f"/v1/programmes/{p.programme.id}", member(p.id, p.university.id) | {"If-Match": "*"}
    usual = (await client.get(url, headers=headers)).json()
    assert (usual["supervision_minutes"], usual["observations_first"], usual["observations_final"]) == (
        60,
        2,
        3,
    )
    for wrong in ({"supervision_minutes": 0}, {"observations_final": 21}, {"observations_first": None}):
        assert (await client.patch(url, json=wrong, headers=headers)).status_code == 422
    more = {"supervision_minutes": 90, "observations_final": 5}
    assert (await client.patch(url, json=more, headers=headers)).status_code == 200
    placement = await accepted(client, p, (await published(client, wired, p))[0])
    assert (await client.patch(url, json={"observations_final": 1}, headers=headers)).status_code == 200
    for step in ("confirmation", "start"):
        acting = office(p.id, ALL_SCOPES) | {"If-Match": "*", "Idempotency-Key": str(new_id())}
        done = await client.post(f"{placement}/{step}", json={}, headers=acting)
        assert done.status_code == 200, done.text
    stopped_clock.at = struggling.london_at(9, 25)
    progress = (await client.get(f"{placement}/progress", headers=office(p.id, ALL_SCOPES))).json()
    assert progress["supervision"]["minutes_agreed"] == 180
    assert progress["observations"] == {"made": 0, "required": 5, "required_by_midway": 3}
    steps = (await client.get(f"{placement}/next-steps", headers=office(p.id, ALL_SCOPES))).json()["items"]
    assert len([s for s in steps if s["code"] == "observation"]) == 5


async def test_a_records_system_that_does_not_know_a_programmes_minima_leaves_them_as_they_are(
    partnerships_client, partnerships_db
):
    p = await factories.a_partnership(partnerships_db)
    url, headers = "/v1/programmes/external/records/MA-1", member(p.id, p.university.id)
    known = {"organisation_id": str(p.university.id), "name": "Another MA", "route": "postgraduate"}
    new = await partnerships_client.put(url, json={**known, "supervision_minutes": 90}, headers=headers)
    assert (new.status_code, new.json()["observations_first"], new.json()["observations_final"]) == (
        201,
        2,
        3,
    )
    again = await partnerships_client.put(url, json=known, headers=headers)
    assert (again.status_code, again.content, again.headers["etag"]) == (200, new.content, '"1"')
    more = await partnerships_client.put(url, json={**known, "observations_final": 5}, headers=headers)
    kept = more.json()
    assert (kept["supervision_minutes"], kept["observations_first"], kept["observations_final"]) == (90, 2, 5)
    nothing = {**known, "supervision_minutes": None}
    assert (await partnerships_client.put(url, json=nothing, headers=headers)).status_code == 422


async def test_a_closure_of_a_host_closes_the_days_that_are_spent_there(way, partnerships_db):
    charity = await factories.an_organisation(partnerships_db, way.at.partnership_id, org_type="pvi")
    centre = await factories.a_setting(partnerships_db, way.at.partnership_id, organisation_id=charity.id)
    both = {"setting_id": str(centre.id), "weekdays": [4, 5]}
    assert (await way.call("host", "PUT", "second-setting", both)).status_code == 200
    week = {"starts_on": "2026-09-14", "ends_on": "2026-09-18", "name": "Moving house"}

    async def days() -> list[str]:
        shown = (await way.get("student", "schedule"))["days"]
        return [day["on"][5:] for day in shown if "2026-09-14" <= day["on"] <= "2026-09-18"]

    closed = await way.call("host", "POST", "/v1/closures", week | {"organisation_id": str(way.at.host_id)})
    assert closed.status_code == 201, closed.text
    assert await days() == ["09-17", "09-18"]
    other = week | {"organisation_id": str(charity.id), "starts_on": "2026-09-18"}
    assert (await way.call("office", "POST", "/v1/closures", other)).status_code == 201
    assert await days() == ["09-17"]
    there = {"setting_id": str(centre.id), "starts_on": "2026-09-07", "ends_on": "2026-09-16"}
    assert (await way.call("host", "PUT", "second-setting", there)).status_code == 200
    assert await days() == ["09-14", "09-15", "09-16"]
    # A deadline still counts only days on which all of them are open.
    agreement = [s for s in (await way.get("student", "next-steps"))["items"] if s["code"] == "submit_days"]
    assert [s["due_on"] for s in agreement] == ["2026-09-21"]


async def test_the_student_is_asked_how_it_was_until_they_have_said_so(way, stopped_clock):
    async def asked() -> list[tuple[str, int]]:
        steps = (await way.get("student", "next-steps"))["items"]
        tasks = (await way.get("student", "/v1/tasks?assignee=me"))["items"]
        due = [(s["due_on"], s["overdue_by"]) for s in steps if s["code"] == "survey"]
        assert [(t["due_on"], t["overdue_by"]) for t in tasks if t["code"] == "survey"] == due
        return due

    assert await asked() == [("2026-10-02", 0)]
    stopped_clock.at += timedelta(days=7)
    ended = await way.call("university", "POST", "early-end", {"reason_code": "health"})
    assert ended.status_code == 200, ended.text
    assert await asked() == [("2026-09-21", 0)]
    stopped_clock.at += timedelta(days=10)
    assert await asked() == [("2026-09-21", 3)]
    assert (await way.get("university", "/v1/tasks"))["items"] == []
    stopped_clock.at += timedelta(days=90)
    assert await asked() == []
    stopped_clock.at -= timedelta(days=90)
    answered = await way.call("student", "POST", "survey-responses", ANSWERS)
    assert answered.status_code == 201, answered.text
    assert await asked() == []


async def test_reviews_move_with_leave_at_once_and_with_a_closure_when_a_worker_has_looked(
    placements_client, placements_db, stopped_clock
):
    at = await struggling.a_placement(placements_db, now=stopped_clock.now(), days_required=20)
    way = UnderWay(placements_client, at)
    async with placements_db.begin() as session:
        placement = await session.get(Placement, at.placement_id)
        assert placement is not None
        await open_reviews(session, placement, now=stopped_clock.now())

    async def midway() -> str:
        steps = (await way.get("tutor", "next-steps"))["items"]
        (due,) = {s["due_on"] for s in steps if (s["code"], s["about"]) == ("review_response", "midway")}
        return str(due)

    await notice_placements(placements_db, stopped_clock)
    assert await midway() == "2026-09-18"
    leave = {"starts_on": "2026-09-10", "ends_on": "2026-09-10", "reason": "holiday"}
    made = await way.call("tutor", "POST", "leave", leave)
    assert (made.status_code, await midway()) == (201, "2026-09-21")
    closed = {"name": "Moving house", "starts_on": "2026-09-11", "ends_on": "2026-09-11"}
    closure = {"organisation_id": str(at.host_id), **closed}
    assert (await way.call("host", "POST", "/v1/closures", closure)).status_code == 201
    await notice_placements(placements_db, stopped_clock)
    assert await midway() == "2026-09-22"
    assert (await way.call("tutor", "DELETE", f"leave/{made.json()['id']}")).status_code == 204
    assert await midway() == "2026-09-21"
