"""Meetings of a concern, its action plan and the student's statement, over HTTP."""

from datetime import timedelta

from services.placements.jobs.fire_due_steps import fire_due_steps
from shared.ids import new_id
from tests.placements.callers import a_person_as, member
from tests.placements.stages import SCOPES, a_concern_at, items, post, the, the_office
from tests.placements.struggling import a_concern, open_steps_of, told, transitions_of

GOAL = {"words": "Supervision weekly.", "by": "practice_educator", "due_on": "2026-09-18"}
TOO_SOON = "2026-09-11T10:00:00Z"
IN_TIME = "2026-09-14T10:00:00Z"


async def test_a_meeting_is_arranged_with_five_working_days_notice_and_not_with_fewer(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_one")
    path = f"/concerns/{concern_id}/invitations"
    body = {"meets_at": TOO_SOON, "invited": ["practice_educator", "student"]}
    refused = await post(partnerships_client, the("tutor", at), path, body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too_little_notice")
    assert "2026-09-14" in refused.json()["errors"][0]["detail"]
    arranged = await post(partnerships_client, the("tutor", at), path, body | {"meets_at": IN_TIME})
    assert arranged.status_code == 201
    (meeting,) = await items(partnerships_client, the("student", at), f"/concerns/{concern_id}/meetings")
    assert (meeting["meets_at"], meeting["invited"], meeting["notice_days"]) == (
        IN_TIME,
        ["practice_educator"],
        5,
    )
    assert sorted(await told(partnerships_db, concern_id, "step_due")) == ["practice_educator", "student"]
    again = await post(partnerships_client, the("tutor", at), path, body | {"meets_at": IN_TIME})
    assert (again.status_code, again.json()["code"]) == (409, "meeting_arranged")


async def test_only_the_student_shortens_the_notice_and_brings_a_supporter(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_one")
    path = f"/concerns/{concern_id}"
    await post(partnerships_client, the("tutor", at), f"{path}/invitations", {"meets_at": IN_TIME})
    (meeting,) = await items(partnerships_client, the("tutor", at), f"{path}/meetings")
    shorter = f"{path}/meetings/{meeting['id']}/shorter-notice"
    supporter = f"{path}/meetings/{meeting['id']}/supporter"
    earlier = {"meets_at": "2026-09-08T10:00:00Z"}
    for role in ("tutor", "coordinator"):
        for forbidden, body in ((shorter, earlier), (supporter, {})):
            answer = await post(partnerships_client, the(role, at), forbidden, body)
            assert (answer.status_code, answer.json()["code"]) == (403, "for_the_student")
    for later in (IN_TIME, "2026-09-07T08:00:00Z"):
        answer = await post(partnerships_client, the("student", at), shorter, {"meets_at": later})
        assert answer.json()["errors"][0]["code"] == "not_earlier"
    assert (await post(partnerships_client, the("student", at), shorter, earlier)).status_code == 200
    assert (await post(partnerships_client, the("student", at), supporter, {})).status_code == 200
    stopped_clock.at += timedelta(days=1)
    held = {"held_on": "2026-09-08", "attended": ["student", "tutor"], "outcome": "plan_to_be_agreed"}
    assert (await post(partnerships_client, the("tutor", at), f"{path}/meetings", held)).status_code == 200
    (meeting,) = await items(partnerships_client, the("tutor", at), f"{path}/meetings")
    assert (meeting["notice"], meeting["has_supporter"], meeting["outcome"]) == (
        "shortened_by_student",
        True,
        "plan_to_be_agreed",
    )


async def test_a_university_hands_in_for_its_student_what_a_host_cannot(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    body = {"words": "I was not asked.", "by_person_id": str(at.student_id)}
    path = f"/concerns/{concern_id}/statement"
    host = await post(partnerships_client, member(at.partnership_id, at.host_id, SCOPES), path, body)
    assert host.status_code == 422
    university = await post(
        partnerships_client, member(at.partnership_id, at.university_id, SCOPES), path, body
    )
    assert university.status_code == 201


async def test_a_meeting_without_the_promised_notice_is_recorded_as_what_it_was(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_one")
    path = f"/concerns/{concern_id}"
    held = {"held_on": "2026-09-07", "attended": ["student", "tutor"], "has_supporter": True}
    assert (await post(partnerships_client, the("tutor", at), f"{path}/meetings", held)).status_code == 200
    (meeting,) = await items(partnerships_client, the("student", at), f"{path}/meetings")
    assert (meeting["notice"], meeting["has_supporter"], meeting["arranged_at"]) == ("not_kept", True, None)
    timeline = await partnerships_client.get(f"/v1{path}/timeline", headers=the("student", at))
    said = [event["what"] for event in timeline.json()["happened"]]
    assert "Done: the concerns meeting is held. The student did not have the notice that is promised." in said


async def test_a_meeting_that_is_called_off_leaves_what_is_due_as_it_was(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_one")
    path = f"/concerns/{concern_id}"
    before = await open_steps_of(partnerships_db, concern_id)
    await post(partnerships_client, the("tutor", at), f"{path}/invitations", {"meets_at": IN_TIME})
    (meeting,) = await items(partnerships_client, the("tutor", at), f"{path}/meetings")
    off = f"{path}/meetings/{meeting['id']}/cancellation"
    body = {"reason": "The tutor is ill."}
    assert (await post(partnerships_client, the("tutor", at), off, body)).status_code == 200
    again = await post(partnerships_client, the("tutor", at), off, body)
    assert (again.status_code, again.json()["code"]) == (409, "meeting_over")
    assert await open_steps_of(partnerships_db, concern_id) == before
    other = f"{path}/meetings/{new_id()}/cancellation"
    assert (await post(partnerships_client, the("tutor", at), other, body)).status_code == 404


async def test_an_action_plan_has_dated_goals_and_one_extension_and_then_rises(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_one")
    path, tutor = f"/concerns/{concern_id}", the("tutor", at)
    early = await post(partnerships_client, tutor, f"{path}/action-plan", {"goals": [GOAL]})
    assert (early.status_code, early.json()["code"]) == (409, "invalid_state")
    await post(partnerships_client, tutor, f"{path}/meetings", {"held_on": "2026-09-07"})
    past = GOAL | {"due_on": "2026-09-06"}
    refused = await post(partnerships_client, tutor, f"{path}/action-plan", {"goals": [GOAL, past]})
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/goals/1/due_on"]
    agreed = await post(partnerships_client, tutor, f"{path}/action-plan", {"goals": [GOAL, GOAL]})
    assert agreed.status_code == 201
    assert "plan_review" in await open_steps_of(partnerships_db, concern_id)
    review = f"{path}/action-plan/review"
    half = {"results": [{"number": 1, "result": "met"}], "conclusion": "extended", "reason": "x"}
    assert (await post(partnerships_client, tutor, review, half)).json()["errors"][0][
        "code"
    ] == "every_goal_once"
    some = half | {"results": [{"number": 1, "result": "met"}, {"number": 2, "result": "partly_met"}]}
    wrong = await post(partnerships_client, tutor, review, some | {"conclusion": "met"})
    assert wrong.json()["errors"][0]["code"] == "does_not_fit"
    assert (await post(partnerships_client, tutor, review, some)).json()["level"] == "stage_one"
    second = await post(partnerships_client, tutor, review, some)
    assert (second.status_code, second.json()["code"]) == (409, "extended_before")
    rose = await post(partnerships_client, tutor, review, some | {"conclusion": "not_met"})
    assert rose.json()["level"] == "stage_two"
    (plan,) = await items(partnerships_client, the("student", at), f"{path}/action-plans")
    assert [goal["result"] for goal in plan["goals"]] == ["met", "partly_met"]
    assert [each["conclusion"] for each in plan["reviews"]] == ["extended", "not_met"]
    assert (await transitions_of(partnerships_db, concern_id))[-1] == ("stage_two", "plan_not_met")


async def test_a_plan_all_of_whose_goals_are_met_closes_the_concern(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_one")
    path, tutor = f"/concerns/{concern_id}", the("tutor", at)
    await post(partnerships_client, tutor, f"{path}/meetings", {"held_on": "2026-09-07"})
    await post(partnerships_client, tutor, f"{path}/action-plan", {"goals": [GOAL]})
    body = {"results": [{"number": 1, "result": "met"}], "conclusion": "met", "reason": "It works."}
    supervisor = await post(
        partnerships_client, the("on_site_supervisor", at), f"{path}/action-plan/review", body
    )
    assert supervisor.status_code == 403
    closed = await post(partnerships_client, tutor, f"{path}/action-plan/review", body)
    assert (closed.json()["status"], closed.json()["outcome"]) == ("closed", "resolved")
    stopped_clock.at += timedelta(days=60)
    await fire_due_steps(partnerships_db, stopped_clock)
    assert (await transitions_of(partnerships_db, concern_id))[-1] == ("stage_one", "person_asked")


async def test_the_student_answers_a_concern_and_those_who_see_it_read_the_answer(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    path = f"/concerns/{concern_id}"
    words = {"words": "I asked three times."}
    for role in ("tutor", "practice_educator"):
        answer = await post(partnerships_client, the(role, at), f"{path}/statement", words)
        assert (answer.status_code, answer.json()["code"]) == (403, "for_the_student")
    assert (
        await post(partnerships_client, the("student", at), f"{path}/statement", words)
    ).status_code == 201
    await post(partnerships_client, the("tutor", at), f"{path}/closure", {"outcome": "resolved"})
    late = await post(partnerships_client, the("student", at), f"{path}/statement", {"words": "Thank you."})
    assert late.status_code == 201
    for headers in (the("practice_educator", at), the_office(at)):
        listed = await items(partnerships_client, headers, f"{path}/statements")
        assert [each["words"] for each in listed] == ["I asked three times.", "Thank you."]
    stranger = a_person_as("student", new_id(), partnership_id=at.partnership_id, scopes=SCOPES)
    for part in ("statements", "meetings", "action-plans", "panels"):
        answer = await partnerships_client.get(f"/v1{path}/{part}", headers=stranger)
        assert answer.status_code == 404
