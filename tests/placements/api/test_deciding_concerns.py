"""What people do about a concern: conversations, meetings, reviews, decisions, and its closing."""

from datetime import timedelta

from services.placements.jobs.fire_due_steps import fire_due_steps
from tests.placements.stages import act, the
from tests.placements.struggling import transitions_of


async def test_a_level_is_decided_by_those_whose_it_is(placements_client, concern):
    at, concern_id = concern
    body = {"outcome": "resolved"}
    assert (
        await act(placements_client, the("on_site_supervisor", at), concern_id, "closure", body)
    ).status_code == 403
    assert (
        await act(placements_client, the("practice_educator", at), concern_id, "closure", body)
    ).status_code == 200


async def test_a_held_conversation_brings_a_note_and_a_review(placements_client, concern):
    at, concern_id = concern
    headers = the("practice_educator", at)
    body = {"held_on": "2026-09-07", "attended": ["student", "practice_educator"]}
    assert (await act(placements_client, headers, concern_id, "meetings", body)).status_code == 200
    again = await act(placements_client, headers, concern_id, "meetings", body)
    assert (again.status_code, again.json()["code"], again.json()["allowed"]) == (
        409,
        "invalid_state",
        ["closure", "decision", "statement", "steps/note/completion"],
    )
    timeline = (await placements_client.get(f"/v1/concerns/{concern_id}/timeline", headers=headers)).json()
    assert [(step["step"], step["due_at"]) for step in timeline["next"]] == [
        ("note", "2026-09-09T16:00:00Z"),
        ("review", "2026-09-21T16:00:00Z"),
    ]
    done = await act(placements_client, headers, concern_id, "steps/note/completion", {})
    assert done.json()["due_at"] == "2026-09-21T16:00:00Z"
    review = await act(placements_client, headers, concern_id, "steps/review/completion", {})
    assert (review.status_code, review.json()["allowed"]) == (409, ["closure", "decision", "statement"])


async def test_a_meeting_was_held_between_entering_the_level_and_today(placements_client, concern):
    at, concern_id = concern
    for held_on in ("2026-09-06", "2026-09-08"):
        body = {"held_on": held_on}
        answer = await act(placements_client, the("tutor", at), concern_id, "meetings", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/held_on")


async def test_a_review_is_put_off_once_by_a_decision_to_continue(placements_client, concern, stopped_clock):
    at, concern_id = concern
    headers = the("tutor", at)
    go_on = {"decision": "continue", "reason": "It is getting better."}
    early = await act(placements_client, headers, concern_id, "decision", go_on)
    assert early.status_code == 409
    await act(placements_client, headers, concern_id, "meetings", {"held_on": "2026-09-07"})
    stopped_clock.at += timedelta(days=1)
    assert (await act(placements_client, headers, concern_id, "decision", go_on)).status_code == 200
    answer = await act(placements_client, headers, concern_id, "decision", go_on)
    assert (answer.status_code, answer.json()["code"]) == (409, "extended_before")


async def test_a_person_takes_a_concern_further_and_only_a_person_lowers_it(
    placements_client, concern, placements_db
):
    at, concern_id = concern
    up = {"decision": "escalate", "level": "stage_two", "reason": "The parties disagree."}
    assert (await act(placements_client, the("tutor", at), concern_id, "decision", up)).json()[
        "level"
    ] == "stage_two"
    down = {"decision": "step_down", "level": "stage_one", "reason": "A plan was agreed."}
    not_theirs = await act(placements_client, the("tutor", at), concern_id, "decision", down)
    assert (not_theirs.status_code, not_theirs.json()["code"]) == (403, "not_your_decision")
    coordinator = the("coordinator", at, organisation_id=at.university_id)
    answer = await act(placements_client, coordinator, concern_id, "decision", down)
    assert (answer.json()["level"], answer.json()["status"]) == ("stage_one", "open")
    assert await transitions_of(placements_db, concern_id) == [
        ("early_conversation", "red"),
        ("stage_two", "person_asked"),
        ("stage_one", "person_lowered"),
    ]


async def test_a_decision_that_leads_nowhere_is_refused(placements_client, concern):
    at, concern_id = concern
    for body, pointer in [
        ({"decision": "escalate", "level": "early_conversation", "reason": "x"}, "/level"),
        ({"decision": "step_down", "level": "stage_one", "reason": "x"}, "/level"),
        ({"decision": "step_down", "level": "watch", "reason": "x"}, "/level"),
        ({"decision": "step_down", "reason": "x"}, "/level"),
        ({"decision": "escalate"}, "/reason"),
        ({"decision": "forget", "reason": "x"}, "/decision"),
    ]:
        answer = await act(placements_client, the("tutor", at), concern_id, "decision", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_concern_rests_once_for_a_stated_reason(placements_client, concern):
    at, concern_id = concern
    body = {"reason": "Agreed leave.", "until": "2026-09-10T16:00:00Z"}
    answer = await act(placements_client, the("tutor", at), concern_id, "snooze", body)
    assert (answer.json()["status"], answer.json()["held_until"]) == ("snoozed", "2026-09-10T16:00:00Z")
    again = await act(placements_client, the("tutor", at), concern_id, "snooze", body)
    assert (again.status_code, again.json()["code"]) == (409, "snoozed_before")


async def test_closing_needs_an_outcome_and_ends_what_was_due(
    placements_client, concern, placements_db, stopped_clock
):
    at, concern_id = concern
    headers = the("tutor", at)
    assert (await act(placements_client, headers, concern_id, "closure", {})).status_code == 422
    closed = await act(
        placements_client, headers, concern_id, "closure", {"outcome": "resolved", "note": "All well."}
    )
    assert (closed.json()["status"], closed.json()["outcome"], closed.json()["due_at"]) == (
        "closed",
        "resolved",
        None,
    )
    again = await act(placements_client, headers, concern_id, "closure", {"outcome": "resolved"})
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")
    stopped_clock.at += timedelta(days=30)
    assert (await fire_due_steps(placements_db, stopped_clock)).fired == 0
    signals = await placements_client.get(f"/v1/placements/{at.placement_id}/signals", headers=headers)
    assert all(item["resolved_at"] for item in signals.json()["items"])
