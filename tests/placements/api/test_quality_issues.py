"""Quality issues over HTTP: an owner and a clock, carried from review to review, told of when late."""

from datetime import timedelta

import pytest

from services.placements.jobs.watch_quality import escalate_issues
from tests.placements import struggling
from tests.placements.callers import a_person_as, member
from tests.placements.reviewing import answers, moderated, respond, review, with_reviews
from tests.placements.under_way import SCOPES, UnderWay


@pytest.fixture
async def way(partnerships_client, partnerships_db, stopped_clock) -> UnderWay:
    """A placement that starts on Monday 7 September 2026."""
    return await with_reviews(partnerships_client, partnerships_db, stopped_clock)


def issue(way: UnderWay, **other: object) -> dict[str, object]:
    owner = str(way.at.people["on_site_supervisor"])
    return {"section": "start_up", "what": "No laptop yet.", "owner_person_id": owner} | other


async def test_an_issue_raised_at_a_review_is_listed_in_the_next_until_it_is_resolved(way, stopped_clock):
    await respond(way, "student", await answers(way, "student"))
    first = await moderated(way, issues=[issue(way)])
    assert (first["proposed_rag"]["start_up"], first["proposed_rag"]["support"]) == ("amber", "green")
    (raised,) = first["issues"]
    assert (raised["status"], raised["due_on"]) == ("open", "2026-09-21")
    (carried,) = (await review(way, "student", "midway"))["issues"]
    assert carried["id"] == raised["id"]
    assert (await review(way, "student", "end"))["issues"] == []
    stopped_clock.at += timedelta(days=21)
    path = f"/v1/quality-issues/{raised['id']}/resolution"
    assert (await way.call("student", "POST", path, {"resolution": "x"})).status_code == 403
    done = await way.call("on_site_supervisor", "POST", path, {"resolution": "It came."}, version='"1"')
    assert (done.status_code, done.json()["status"]) == (200, "resolved")
    again = await way.call("on_site_supervisor", "POST", path, {"resolution": "It came."})
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")
    assert (await review(way, "student", "midway"))["issues"] == []
    assert [each["status"] for each in (await review(way, "student"))["issues"]] == ["resolved"]
    await respond(way, "student", await answers(way, "student", "midway"), "midway")
    late = await moderated(way, "midway")
    assert late["proposed_rag"]["start_up"] == "amber", "the agreed date was missed"
    await respond(way, "student", await answers(way, "student", "end"), "end")
    assert (await moderated(way, "end"))["overall"] == "green"


async def test_an_issue_between_reviews_has_an_owner_of_the_partnership_and_a_working_day(way):
    made = await way.call("practice_educator", "POST", "quality-issues", issue(way, due_on="2026-09-12"))
    assert (made.status_code, made.json()["due_on"]) == (201, "2026-09-14")
    wrong = issue(way, due_on="2026-09-04", owner_person_id=str(way.at.student_id))
    refused = await way.call("tutor", "POST", "quality-issues", wrong)
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/due_on", "/owner_person_id"]
    assert (await way.call("student", "POST", "quality-issues", issue(way))).json()[
        "code"
    ] == "not_yours_to_raise"
    path = f"/v1/quality-issues/{made.json()['id']}"
    moved = await way.call("tutor", "PATCH", path, {"due_on": "2026-09-16"}, version='"1"')
    assert (moved.status_code, moved.json()["due_on"], moved.headers["etag"]) == (200, "2026-09-16", '"2"')
    stale = await way.call("tutor", "PATCH", path, {"due_on": "2026-09-17"}, version='"1"')
    assert stale.status_code == 412
    assert (await way.call("host", "PATCH", path, {"due_on": "2026-09-17"})).status_code == 403
    got = await way.call("tutor", "GET", path)
    assert (got.headers["etag"], got.json()["what"]) == ('"2"', "No laptop yet.")


async def test_an_overdue_issue_is_told_of_once_after_the_end_of_its_day(
    placements_client, placements_db, stopped_clock
):
    way = await with_reviews(placements_client, placements_db, stopped_clock)
    made = (await way.call("tutor", "POST", "quality-issues", issue(way, due_on="2026-09-09"))).json()
    for day, told in ((9, 0), (10, 1), (11, 1)):
        stopped_clock.at = struggling.london_at(9, day, 12)
        await escalate_issues(placements_db, stopped_clock)
        assert await struggling.published(placements_db, "quality_issue.overdue") == told
    path = f"/v1/quality-issues/{made['id']}"
    assert (await way.get("tutor", path))["escalated_at"] == "2026-09-10T11:00:00Z"
    late = await way.call("tutor", "PATCH", path, {"due_on": "2026-09-30"})
    assert (late.status_code, late.json()["code"]) == (409, "issue_overdue")
    facilitator = str(way.at.people["coordinator"])
    assert (await way.call("tutor", "PATCH", path, {"owner_person_id": facilitator})).status_code == 200


async def test_issues_are_listed_by_setting_status_and_owner_for_those_who_see_the_placement(
    way, partnerships_db
):
    mine = (await way.call("tutor", "POST", "quality-issues", issue(way))).json()
    coordinator = str(way.at.people["coordinator"])
    theirs = (
        await way.call("tutor", "POST", "quality-issues", issue(way, owner_person_id=coordinator))
    ).json()
    await way.call("tutor", "POST", f"/v1/quality-issues/{mine['id']}/resolution", {"resolution": "Done."})

    async def found(who: str, query: str) -> list[str]:
        return [each["id"] for each in (await way.get(who, f"/v1/quality-issues?{query}"))["items"]]

    assert await found("host", f"setting_id={mine['setting_id']}") == [mine["id"], theirs["id"]]
    assert await found("university", "status=open") == [theirs["id"]]
    assert await found("student", f"owner={way.at.people['on_site_supervisor']}") == [mine["id"]]
    assert await found("coordinator", f"placement_id={way.at.placement_id}&status=open") == [theirs["id"]]
    other = await struggling.a_placement(partnerships_db, now=struggling.london_at(9, 7))
    stranger = member(way.at.partnership_id, other.university_id, SCOPES)
    assert (await way.client.get("/v1/quality-issues", headers=stranger)).json()["items"] == []
    elsewhere = a_person_as(
        "tutor", other.people["tutor"], partnership_id=other.partnership_id, scopes=SCOPES
    )
    answer = await way.client.get(f"/v1/quality-issues/{mine['id']}", headers=elsewhere)
    assert answer.status_code == 404
