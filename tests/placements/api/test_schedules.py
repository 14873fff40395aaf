"""The calendar of a placement over HTTP: schedule, closures, leave, the feed for calendar programs, and pauses of many."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import vobject

from services.placements.jobs.carry_out_pause import carry_out_pause
from shared.ids import new_id
from tests.placements import factories, struggling
from tests.placements.callers import member, office
from tests.placements.under_way import SCOPES, UnderWay


@pytest.fixture
async def way(partnerships_client, partnerships_db, stopped_clock) -> UnderWay:
    """A placement that has started on Monday 7 September 2026, with 20 days on every weekday."""
    at = await struggling.a_placement(partnerships_db, now=stopped_clock.now(), days_required=20)
    return UnderWay(partnerships_client, at)


async def test_the_schedule_shows_planned_days_and_where_they_end(way):
    schedule = await way.get("student", "schedule")
    assert len(schedule["days"]) == 20
    assert schedule["days"][0] == {"on": "2026-09-07", "number": 1, "credit": 1.0}
    assert (schedule["planned_end_on"], schedule["forecast_end_on"]) == ("2026-10-02", "2026-10-02")
    stranger = member(way.at.partnership_id, new_id(), SCOPES)
    assert (await way.client.get(f"{way.path}/schedule", headers=stranger)).status_code == 404


async def test_closures_leave_and_the_pattern_move_the_end(way):
    closure = {"organisation_id": str(way.at.host_id), "name": "Moving house", "starts_on": "2026-09-14"}
    made = await way.call("host", "POST", "/v1/closures", {**closure, "ends_on": "2026-09-15"})
    assert made.status_code == 201, made.text
    assert (await way.get("student", "schedule"))["planned_end_on"] == "2026-10-06"
    leave = {"starts_on": "2026-09-21", "ends_on": "2026-09-21", "reason": "holiday"}
    assert (await way.call("tutor", "POST", "leave", leave)).status_code == 201
    assert (await way.get("student", "schedule"))["planned_end_on"] == "2026-10-07"
    pattern = {"weekdays": [1, 2, 3, 4], "half_days": [4]}
    assert (await way.call("host", "PUT", "pattern", pattern)).json()["half_days"] == [4]
    days = (await way.get("student", "schedule"))["days"]
    assert sum(day["credit"] for day in days) == 20
    assert {date.fromisoformat(day["on"]).isoweekday() for day in days} == {1, 2, 3, 4}
    changed = (await way.get("student", "transitions"))["items"][-1]
    assert (changed["step"], changed["changed"]["half_days_before"]) == ("change-of-pattern", [])
    gone = await way.call("host", "DELETE", made.headers["location"], version=made.headers["etag"])
    assert gone.status_code == 204
    (kept,) = (await way.get("student", "leave"))["items"]
    assert (await way.call("student", "DELETE", f"leave/{kept['id']}")).status_code == 403
    assert (await way.call("tutor", "DELETE", f"leave/{kept['id']}")).status_code == 204


async def test_a_closure_is_its_organisations_and_the_partnerships_only_the_offices(way):
    everybody = {"name": "Winter", "starts_on": "2026-12-24", "ends_on": "2027-01-01"}
    refused = await way.call("host", "POST", "/v1/closures", everybody)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    made = await way.call("office", "POST", "/v1/closures", everybody)
    assert made.status_code == 201
    backwards = await way.call("office", "PATCH", made.headers["location"], {"ends_on": "2026-12-01"})
    assert backwards.json()["errors"][0]["code"] == "not_in_order"
    stale = await way.call("office", "PATCH", made.headers["location"], {"name": "Snow"}, version='"9"')
    assert stale.status_code == 412
    (seen,) = (await way.get("student", "/v1/closures"))["items"]
    assert seen["name"] == "Winter"


async def test_leave_is_agreed_once_and_not_by_the_student(way):
    leave = {"starts_on": "2026-09-21", "ends_on": "2026-09-23", "reason": "personal"}
    assert (await way.call("student", "POST", "leave", leave)).status_code == 403
    assert (await way.call("practice_educator", "POST", "leave", leave)).status_code == 201
    again = await way.call("host", "POST", "leave", leave)
    assert (again.status_code, again.json()["code"]) == (409, "leave_exists")
    backwards = await way.call("host", "POST", "leave", {**leave, "ends_on": "2026-09-01"})
    assert backwards.status_code == 422


async def test_a_calendar_program_reads_the_days_under_a_link_that_can_be_revoked(way):
    made = await way.call("student", "POST", "calendar-links")
    assert made.status_code == 201
    path = "/calendars/" + made.json()["url"].rpartition("/")[2]
    feed = await way.client.get(path)
    assert (feed.status_code, feed.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    events = vobject.readOne(feed.text).vevent_list
    planned = [day["on"] for day in (await way.get("student", "schedule"))["days"]]
    on_days = [e.dtstart.value.isoformat() for e in events if e.summary.value.startswith("Placement day")]
    assert on_days == planned
    assert all(e.dtend.value - e.dtstart.value == timedelta(days=1) for e in events)
    due = {(e.summary.value, e.dtstart.value.isoformat()) for e in events}
    assert ("Due: learning agreement (tutor)", "2026-09-18") in due
    for name in ("Example", "Harbour", "Ashbourne", "Children in Care"):
        assert name not in feed.text
    (listed,) = (await way.get("student", "calendar-links"))["items"]
    assert listed.keys() == {"id", "created_at", "revoked_at"}
    assert (await way.call("student", "DELETE", f"calendar-links/{listed['id']}")).status_code == 204
    gone = await way.client.get(path)
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


async def test_the_address_of_a_calendar_link_is_shown_once(way):
    path, once = f"{way.path}/calendar-links", {**way.the("student"), "Idempotency-Key": str(new_id())}
    made = (await way.client.post(path, headers=once)).json()
    again = await way.client.post(path, headers=once)
    assert (again.status_code, again.json()) == (201, {**made, "url": None})


async def test_a_wrong_calendar_link_finds_nothing_and_the_log_does_not_tell_the_secret(way, capsys):
    made = (await way.call("student", "POST", "calendar-links")).json()["url"]
    secret = made.rpartition("/")[2].removesuffix(".ics")
    assert (await way.client.get(f"/calendars/{secret}.ics")).status_code == 200
    assert (await way.client.get(f"/calendars/{secret[::-1]}.ics")).status_code == 404
    assert (await way.client.get("/calendars/short.ics")).status_code == 422
    logged = capsys.readouterr()
    assert "/calendars/{secret}.ics" in logged.out + logged.err
    assert secret not in logged.out + logged.err


async def test_a_rest_moves_the_end_from_the_day_it_holds(way, stopped_clock):
    stopped_clock.at += timedelta(days=9)
    pause = {"reason_code": "building_closed", "note": "The roof leaks.", "on": "2026-09-14"}
    paused = await way.call("host", "POST", "pause", pause)
    assert (paused.status_code, paused.json()["status"]) == (200, "paused")
    assert (await way.get("student", "schedule"))["planned_end_on"] == "2026-10-07"
    (due,) = (await way.get("student", "next-steps"))["items"]
    assert (due["code"], due["due_on"]) == ("review_of_rest", "2026-09-21")
    early = await way.call("host", "POST", "resumption", {"on": "2026-09-11"})
    assert early.json()["errors"][0]["code"] == "before_the_last_step"
    later = await way.call("host", "POST", "resumption", {"on": "2026-09-21"})
    assert later.json()["errors"][0]["code"] == "in_the_future"
    assert (await way.call("host", "POST", "resumption")).json()["status"] == "active"
    assert (await way.get("student", "schedule"))["planned_end_on"] == "2026-10-06"
    last = (await way.get("student", "transitions"))["items"][-2]
    assert (last["step"], last["note"], last["effective_on"]) == ("pause", "The roof leaks.", "2026-09-14")


async def test_a_whole_partnership_rests_at_once_and_goes_on_again(way, partnerships_wiring, stopped_clock):
    db, clock = partnerships_wiring.db, partnerships_wiring.clock
    around = await factories.a_partnership(db)
    others = [
        await factories.a_placement(
            db,
            around,
            student_id=(await factories.a_student(db, around.id, organisation_id=around.university.id)).id,
            status=status,
        )
        for status in ("active", "active", "confirmed")
    ]
    asked = {"from": "2026-09-07", "reason_code": "public_health"}
    headers = office(around.id, SCOPES)
    decided = await way.client.post("/v1/pauses", json=asked, headers=headers)
    assert decided.status_code == 202, decided.text
    replayed = await way.client.post("/v1/pauses", json=asked, headers=headers)
    assert replayed.headers["Idempotent-Replayed"] == "true"
    url = decided.headers["location"]
    pause_id = UUID(decided.json()["id"])
    for _ in range(2):
        await carry_out_pause(db, clock, pause_id)
    shown = await way.client.get(url, headers=headers)
    assert (shown.json()["paused"], shown.json()["applied_at"] is not None) == (2, True)
    own = f"/v1/placements/{others[0].id}"
    anybody = {"If-Match": "*", "Idempotency-Key": str(new_id())}
    suspended = await way.client.post(
        f"{own}/suspension", json={"reason_code": "concern"}, headers=headers | anybody
    )
    assert suspended.status_code == 200
    stopped_clock.at += timedelta(days=14)
    go_on = {"Idempotency-Key": str(new_id()), "If-Match": shown.headers["etag"]}
    lifted = await way.client.post(f"{url}/resumption", headers=headers | go_on)
    assert lifted.status_code == 202, lifted.text
    await carry_out_pause(db, clock, pause_id)
    listed = (await way.client.get("/v1/placements", headers=headers)).json()["items"]
    assert [each["status"] for each in listed] == ["suspended", "active", "confirmed"]
    assert (await way.client.get(url, headers=headers)).json()["resumed"] == 1
    stopped_clock.at -= timedelta(days=14)
    again = {"Idempotency-Key": str(new_id()), "If-Match": "*"}
    twice = await way.client.post(f"{url}/resumption", headers=headers | again)
    assert twice.json()["code"] == "pause_lifted"
    assert (await way.get("office", ""))["status"] == "active"


async def test_an_organisation_pauses_its_own_placements_only(way):
    everybody = {"from": "2026-09-07", "reason_code": "strike"}
    assert (await way.call("host", "POST", "/v1/pauses", everybody)).json()["code"] == "not_yours"
    theirs = {**everybody, "organisation_id": str(way.at.university_id)}
    assert (await way.call("host", "POST", "/v1/pauses", theirs)).json()["code"] == "not_yours"
    future = {**everybody, "organisation_id": str(way.at.host_id), "from": "2026-09-08"}
    assert (await way.call("host", "POST", "/v1/pauses", future)).json()["errors"][0][
        "code"
    ] == "in_the_future"
