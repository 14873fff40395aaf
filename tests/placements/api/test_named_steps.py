"""Named steps and what is due over HTTP: by whom they are recorded, and whose tasks they are until then."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from services.placements.models.placements import Placement
from services.placements.operations.review_planning import open_reviews
from shared.ids import new_id
from tests.placements import struggling
from tests.placements.callers import a_person_as
from tests.placements.under_way import SCOPES, UnderWay


@pytest.fixture
async def way(partnerships_client, partnerships_db, stopped_clock) -> UnderWay:
    """A placement of 100 days that started two weeks ago, on Monday 7 September 2026."""
    at = await struggling.a_placement(partnerships_db, now=stopped_clock.now())
    async with partnerships_db.begin() as session:
        placement = await session.get(Placement, at.placement_id)
        assert placement is not None
        await open_reviews(session, placement, now=stopped_clock.now())
    stopped_clock.at += timedelta(days=14)
    return UnderWay(partnerships_client, at)


async def test_the_learning_agreement_is_recorded_once_and_changed_by_whoever_saw_it(way):
    assert (await way.call("student", "GET", "learning-agreement")).status_code == 404
    first = {"held_on": "2026-09-15", "signed_by": ["student"]}
    assert (await way.call("student", "PUT", "learning-agreement", first)).status_code == 403
    early = await way.call("tutor", "PUT", "learning-agreement", {"held_on": "2026-09-25"})
    assert early.json()["errors"][0]["code"] == "in_the_future"
    made = await way.call("tutor", "PUT", "learning-agreement", first)
    assert (made.status_code, made.headers["etag"]) == (200, '"1"')
    signed = {"held_on": "2026-09-15", "signed_by": ["student", "tutor", "student"]}
    later = await way.call("tutor", "PUT", "learning-agreement", signed, version='"1"')
    assert later.json()["signed_by"] == ["student", "tutor"]
    stale = await way.call("tutor", "PUT", "learning-agreement", first, version='"1"')
    assert stale.status_code == 412
    headers = {name: value for name, value in way.the("tutor").items() if name != "If-Match"}
    bare = await way.client.put(f"{way.path}/learning-agreement", json=first, headers=headers)
    assert bare.status_code == 428
    assert (await way.get("student", "learning-agreement"))["held_on"] == "2026-09-15"


async def test_supervisions_and_observations_are_counted_against_what_was_agreed(way):
    domains = ["knowledge", "professionalism"]
    for on, minutes, kind in (
        ("2026-09-11", 60, "formal"),
        ("2026-09-18", 45, "formal"),
        ("2026-09-18", 90, "group"),
    ):
        body = {"on": on, "minutes": minutes, "kind": kind, "pcf_domains": domains}
        made = await way.call("practice_educator", "POST", "supervisions", body)
        assert made.status_code == 201, made.text
    twice = await way.call("practice_educator", "POST", "supervisions", {"on": "2026-09-18", "minutes": 30})
    assert (twice.status_code, twice.json()["code"]) == (409, "supervision_exists")
    assert (
        await way.call("student", "POST", "supervisions", {"on": "2026-09-17", "minutes": 30})
    ).status_code == 403
    seen = await way.call(
        "practice_educator", "POST", "observations", {"on": "2026-09-16", "pcf_domains": domains[:1]}
    )
    assert seen.status_code == 201
    report = {"recommendation": "on_course", "pcf_domains": ["knowledge"]}
    assert (await way.call("practice_educator", "POST", "midway-report", report)).status_code == 201
    progress = await way.get("student", "progress")
    assert progress["supervision"] == {"minutes": 105, "minutes_agreed": 120, "last_on": "2026-09-18"}
    assert progress["observations"] == {"made": 1, "required": 3, "required_by_midway": 2}
    assert {d: n for d, n in progress["pcf_domains"].items() if n} == {"knowledge": 5, "professionalism": 3}
    (observation,) = (await way.get("student", "observations"))["items"]
    assert (
        await way.call("practice_educator", "DELETE", f"observations/{observation['id']}")
    ).status_code == 204
    listed = (await way.get("student", "supervisions"))["items"]
    assert [each["minutes"] for each in listed] == [60, 45, 90]
    gone = f"supervisions/{listed[2]['id']}"
    assert (await way.call("student", "DELETE", gone)).status_code == 403
    assert (await way.call("practice_educator", "DELETE", gone)).status_code == 204
    assert (await way.call("practice_educator", "DELETE", gone)).status_code == 404


async def test_everybody_sees_what_is_due_and_whose_it_is(way):
    steps = (await way.get("student", "next-steps"))["items"]
    first = {(s["code"], s["by"], s["due_on"], s["overdue_by"]) for s in steps if s["due_on"] <= "2026-09-21"}
    assert first == {
        ("submit_days", "student", "2026-09-14", 5),
        ("supervision", "practice_educator", "2026-09-11", 6),
        ("learning_agreement", "tutor", "2026-09-18", 1),
    }
    assert {s["about"] for s in steps if s["code"] == "review_response"} == {"four_week", "midway", "end"}


async def test_a_person_sees_their_tasks_over_all_placements_in_pages_the_earliest_first(way):
    everything, cursor = [], ""
    while True:
        shown = await way.get("practice_educator", f"/v1/tasks?limit=3{cursor}")
        everything += shown["items"]
        if shown["next_cursor"] is None:
            break
        cursor = f"&cursor={shown['next_cursor']}"
    steps = (await way.get("office", "next-steps"))["items"]
    theirs = [s for s in steps if s["person_id"] == str(way.at.educator_id)]
    assert [(t["code"], t["about"], t["due_on"]) for t in everything] == [
        (s["code"], s["about"], s["due_on"]) for s in theirs
    ]
    late = (await way.get("practice_educator", "/v1/tasks?assignee=me&overdue=true"))["items"]
    assert [t["code"] for t in late] == ["supervision"]
    (tutors, *_) = (await way.get("university", f"/v1/tasks?assignee={way.at.people['tutor']}"))["items"]
    assert tutors["code"] == "learning_agreement"
    wrong = await way.call("office", "GET", "/v1/tasks?assignee=everybody")
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "not_a_person")
    stranger = a_person_as("tutor", new_id(), partnership_id=way.at.partnership_id, scopes=SCOPES)
    asked = await way.client.get(f"/v1/tasks?assignee={way.at.people['tutor']}", headers=stranger)
    assert asked.json()["items"] == []
    other = await way.get("practice_educator", "/v1/tasks?limit=3")
    moved = await way.call(
        "practice_educator", "GET", f"/v1/tasks?overdue=true&cursor={other['next_cursor']}"
    )
    assert moved.json()["code"] == "bad_cursor"


async def test_tasks_are_those_steps_of_a_placement_that_are_somebodys(way, partnerships_db):
    worked = [{"on": f"2026-09-{day:02}", "kind": "attended"} for day in (7, 8, 9)]
    assert (await way.call("student", "PUT", "days", {"days": worked})).status_code == 200

    async def agree_for(who: str) -> set[str]:
        person = way.the(who)
        tasks = (await way.client.get("/v1/tasks?limit=200", headers=person)).json()["items"]
        id_ = {**way.at.people, "student": way.at.student_id, "practice_educator": way.at.educator_id}[who]
        asked = (await way.get("office", f"/v1/tasks?limit=200&assignee={id_}"))["items"]
        steps = (await way.get("office", "next-steps"))["items"]
        of_placement = {"placement_id": str(way.at.placement_id)}
        assert tasks == asked == [of_placement | s for s in steps if s["person_id"] == str(id_)]
        return {task["code"] for task in tasks}

    assert await agree_for("student") == {"submit_days", "review_response", "survey"}
    assert "supervision" in await agree_for("practice_educator")
    assert await agree_for("on_site_supervisor") == {"approve_days", "review_response"}
    assert await agree_for("tutor") == {"learning_agreement", "review_moderation"}
    async with partnerships_db.begin() as session:
        both = {"on_site_supervisor_person_id": way.at.people["tutor"]}
        await session.execute(update(Placement).where(Placement.id == way.at.placement_id).values(both))
    theirs = {"learning_agreement", "review_moderation", "approve_days", "review_response"}
    assert await agree_for("tutor") == theirs


async def test_the_universitys_system_sees_what_is_the_coordinators(way):
    assert (await way.get("university", "/v1/tasks"))["items"] == []
    assert (await way.call("host", "POST", "pause", {"reason_code": "flood"})).status_code == 200
    (task,) = (await way.get("university", "/v1/tasks"))["items"]
    assert (task["code"], task["by"], task["due_on"]) == ("review_of_rest", "coordinator", "2026-09-28")
    assert (await way.get("practice_educator", "/v1/tasks"))["items"] == []


async def test_a_placement_with_all_its_days_is_the_coordinators_to_complete(way, partnerships_db):
    worked = [{"on": f"2026-09-{day:02}", "kind": "attended"} for day in (7, 8, 9)]
    assert (await way.call("student", "PUT", "days", {"days": worked})).status_code == 200
    async with partnerships_db.begin() as session:
        short = update(Placement).where(Placement.id == way.at.placement_id).values(days_required=3)
        await session.execute(short)
    assert (await way.get("university", "/v1/tasks"))["items"] == []
    week = {"from": "2026-09-07", "to": "2026-09-11"}
    approved = await way.call("on_site_supervisor", "POST", "days/approval", week)
    assert approved.status_code == 200, approved.text
    (task,) = (await way.get("university", "/v1/tasks"))["items"]
    assert (task["code"], task["by"]) == ("completion", "coordinator")


async def test_who_is_behind_and_why_is_listed_for_those_who_see_the_placement(way, stopped_clock):
    assert (await way.get("host", "/v1/placements/behind"))["items"] == []
    sick = [{"on": f"2026-09-{day:02}", "kind": "sick"} for day in (7, 8, 9, 10)]
    assert (await way.call("student", "PUT", "days", {"days": sick})).status_code == 200
    (late,) = (await way.get("host", "/v1/placements/behind"))["items"]
    assert (late["behind_by"], late["reasons"]["sickness"]) == (4, 4)
    assert (late["planned_end_on"], late["forecast_end_on"]) == ("2027-01-27", "2027-02-02")
    signals = (await way.get("student", "signals"))["items"]
    assert [(s["rule_code"], s["severity"]) for s in signals] == [("absence_run", "amber")]
