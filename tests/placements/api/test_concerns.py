"""Concerns over HTTP: seeing them, acting on them, and the timeline."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from services.placements.jobs.fire_due_steps import fire_due_steps
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.struggling import Struggling, a_concern, absence, notice, red_review, transitions_of

SCOPES = ("concerns:read", "concerns:write", "placements:read")


def the_office(at: Struggling) -> dict[str, str]:
    return office(at.partnership_id, SCOPES)


def the(role: str, at: Struggling, **claims) -> dict[str, str]:
    """The person in a role around the placement."""
    known = {"student": at.student_id, "practice_educator": at.educator_id, **at.people}
    person = at.educator_id if role == "practice_educator" else known[role]
    return a_person_as(role, person, partnership_id=at.partnership_id, scopes=SCOPES, **claims)


@pytest.fixture
async def concern(placements_db, stopped_clock) -> tuple[Struggling, UUID]:
    return await a_concern(placements_db, stopped_clock)


async def act(
    client: httpx.AsyncClient, headers, concern_id, action: str, body, seen: str = "*"
) -> httpx.Response:
    headers = {**headers, "If-Match": seen, "Idempotency-Key": str(new_id())}
    return await client.post(f"/v1/concerns/{concern_id}/{action}", json=body, headers=headers)


async def test_everybody_around_the_placement_sees_the_concern_and_nobody_else(placements_client, concern):
    at, concern_id = concern
    seeing = [
        the_office(at),
        the("student", at),
        the("practice_educator", at),
        the("tutor", at),
        the("on_site_supervisor", at),
        member(at.partnership_id, at.university_id, SCOPES),
        member(at.partnership_id, at.host_id, SCOPES),
    ]
    for headers in seeing:
        answer = await placements_client.get(f"/v1/concerns/{concern_id}", headers=headers)
        assert answer.status_code == 200
        assert answer.json()["case_number"] == "PC-2026-000001"
        listed = await placements_client.get("/v1/concerns", headers=headers)
        assert [item["id"] for item in listed.json()["items"]] == [str(concern_id)]
    elsewhere = [
        office(new_id(), SCOPES),
        member(at.partnership_id, new_id(), SCOPES),
        a_person_as("student", new_id(), partnership_id=at.partnership_id, scopes=SCOPES),
        the("panel_chair", at),
    ]
    for headers in elsewhere:
        for path in (f"/v1/concerns/{concern_id}", f"/v1/concerns/{concern_id}/timeline"):
            assert (await placements_client.get(path, headers=headers)).status_code == 404
        assert (await placements_client.get("/v1/concerns", headers=headers)).json()["items"] == []


async def test_the_list_is_narrowed_by_status_level_and_placement(placements_client, concern):
    at, concern_id = concern
    for query, found in [
        ("status=open", 1),
        ("status=closed", 0),
        ("level=early_conversation", 1),
        ("level=stage_one", 0),
        (f"placement_id={at.placement_id}&status=open", 1),
        (f"placement_id={new_id()}", 0),
    ]:
        listed = await placements_client.get(f"/v1/concerns?{query}", headers=the_office(at))
        assert [item["id"] for item in listed.json()["items"]] == [str(concern_id)] * found


async def test_acknowledging_holds_the_concern_for_two_working_days(
    placements_client, concern, placements_db, stopped_clock
):
    at, concern_id = concern
    body = {"level": "early_conversation"}
    answer = await act(placements_client, the("tutor", at), concern_id, "acknowledgement", body)
    assert answer.status_code == 200
    seen = answer.json()
    assert (seen["status"], seen["held_until"]) == ("acknowledged", "2026-09-09T16:00:00Z")
    assert seen["acknowledged_by_person_id"] == str(at.people["tutor"])
    stopped_clock.at += timedelta(days=2, hours=6, minutes=59)
    await fire_due_steps(placements_db, stopped_clock)
    assert await transitions_of(placements_db, concern_id) == [("early_conversation", "red")]


async def test_an_old_link_cannot_hold_up_a_higher_level(
    placements_client, concern, placements_db, stopped_clock
):
    at, concern_id = concern
    stopped_clock.at += timedelta(days=3)
    await fire_due_steps(placements_db, stopped_clock)
    body = {"level": "early_conversation"}
    answer = await act(placements_client, the("tutor", at), concern_id, "acknowledgement", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["level"]) == (
        409,
        "level_changed",
        "stage_one",
    )


async def test_an_acknowledgement_has_bounds(placements_client, concern):
    at, concern_id = concern
    for until in ("2026-09-07T08:00:00Z", "2026-09-15T16:00:01Z"):
        body = {"level": "early_conversation", "until": until}
        answer = await act(placements_client, the("tutor", at), concern_id, "acknowledgement", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/until")


async def test_however_often_it_is_acknowledged_a_concern_cannot_be_held_off_for_ever(
    placements_client, concern, stopped_clock, placements_db
):
    at, concern_id = concern
    held = []
    for _ in range(20):
        body = {"level": "early_conversation"}
        answer = await act(placements_client, the("tutor", at), concern_id, "acknowledgement", body)
        if answer.status_code == 409:
            break
        held.append(answer.json()["held_until"])
        stopped_clock.at += timedelta(days=1)
        await fire_due_steps(placements_db, stopped_clock)
    # Held by 14 September, plus five working days at the longest.
    assert max(held) == "2026-09-21T16:00:00Z"
    assert answer.json()["code"] in {"held_too_long", "level_changed"}


async def test_the_student_sees_the_concern_and_does_not_act_on_it(placements_client, concern):
    at, concern_id = concern
    for action, body in [
        ("acknowledgement", {"level": "early_conversation"}),
        ("snooze", {"reason": "x"}),
        ("meetings", {"held_on": "2026-09-07"}),
        ("decision", {"decision": "escalate", "reason": "x"}),
        ("closure", {"outcome": "resolved"}),
    ]:
        answer = await act(placements_client, the("student", at), concern_id, action, body)
        assert answer.status_code == 403, action


async def test_a_system_says_which_person_acts(placements_client, concern):
    at, concern_id = concern
    body = {"level": "early_conversation"}
    answer = await act(placements_client, the_office(at), concern_id, "acknowledgement", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/by_person_id")
    nobody = body | {"by_person_id": str(new_id())}
    answer = await act(placements_client, the_office(at), concern_id, "acknowledgement", nobody)
    assert answer.json()["errors"][0]["code"] == "unknown_reference"
    named = body | {"by_person_id": str(at.people["tutor"])}
    assert (
        await act(placements_client, the_office(at), concern_id, "acknowledgement", named)
    ).status_code == 200
    other = body | {"by_person_id": str(at.people["coordinator"])}
    answer = await act(placements_client, the("tutor", at), concern_id, "acknowledgement", other)
    assert answer.json()["errors"][0]["code"] == "not_you"


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


async def test_a_decision_names_the_version_it_is_based_on(placements_client, concern):
    at, concern_id = concern
    body = {"decision": "escalate", "reason": "x"}
    headers = the("tutor", at)
    url = f"/v1/concerns/{concern_id}/decision"
    assert (await placements_client.post(url, json=body, headers=headers)).status_code == 428
    etag = (await placements_client.get(f"/v1/concerns/{concern_id}", headers=headers)).headers["etag"]
    assert (await act(placements_client, headers, concern_id, "decision", body, etag)).status_code == 200
    assert (await act(placements_client, headers, concern_id, "decision", body, etag)).status_code == 412


async def test_a_repeated_action_acts_once(placements_client, concern, placements_db):
    at, concern_id = concern
    body = {"decision": "escalate", "reason": "x"}
    headers = the("tutor", at) | {"If-Match": "*", "Idempotency-Key": "one-decision"}
    answers = [
        await placements_client.post(f"/v1/concerns/{concern_id}/decision", json=body, headers=headers)
        for _ in range(2)
    ]
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert answers[0].content == answers[1].content
    assert len(await transitions_of(placements_db, concern_id)) == 2


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


async def test_a_signal_soon_after_closing_reopens_the_concern_at_the_level_it_had_reached(
    placements_client, concern, placements_db, stopped_clock
):
    at, concern_id = concern
    await act(
        placements_client, the("tutor", at), concern_id, "decision", {"decision": "escalate", "reason": "x"}
    )
    await act(placements_client, the("tutor", at), concern_id, "closure", {"outcome": "resolved"})
    stopped_clock.at += timedelta(days=7)
    await notice(placements_db, stopped_clock, at, absence(2, stopped_clock.now()))
    listed = await placements_client.get("/v1/concerns", headers=the_office(at))
    (seen,) = listed.json()["items"]
    assert (seen["id"], seen["level"], seen["status"]) == (str(concern_id), "stage_one", "open")
    assert (await transitions_of(placements_db, concern_id))[-1] == ("stage_one", "reopened")


async def test_the_timeline_says_what_happened_why_and_what_happens_next_and_when(
    placements_client, placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    await notice(placements_db, stopped_clock, at, absence(2, stopped_clock.now()))
    stopped_clock.at += timedelta(days=2, hours=7)
    await fire_due_steps(placements_db, stopped_clock)
    answer = await placements_client.get(f"/v1/concerns/{concern_id}/timeline", headers=the("student", at))
    timeline = answer.json()
    assert timeline["case_number"] == "PC-2026-000001"
    assert [event["what"] for event in timeline["happened"]] == [
        "A QAMP review has amber or red sections (red).",
        "Absent from the hub without notice (amber).",
        "The concern opened at an early conversation, because a red signal was noticed.",
        "The concern moved to stage one, because nobody acknowledged it in time.",
    ]
    opened, escalated = timeline["happened"][2:]
    assert (opened["rule"], opened["by"]) == ("review_rag", "practicum")
    assert opened["told"] == ["practice_educator", "student", "tutor"]
    assert escalated["rule"] == "not_acknowledged"
    assert "coordinator" in escalated["told"]
    assert timeline["happened"][0]["evidence"] == [{"kind": "review", "id": "review-1"}]
    (coming,) = timeline["next"]
    assert coming == {
        "step": "meeting",
        "what": "The concerns meeting is held",
        "due_at": "2026-09-21T16:00:00Z",
        "if_missed": "The concern moves to stage two by itself.",
        "who_is_told": [
            "coordinator",
            "student",
            "practice_educator",
            "tutor",
            "on_site_supervisor",
            "practice_education_lead",
            "programme_manager",
        ],
    }


async def test_the_timeline_tells_acts_in_plain_words(placements_client, concern):
    at, concern_id = concern
    headers = the("practice_educator", at)
    await act(placements_client, headers, concern_id, "acknowledgement", {"level": "early_conversation"})
    await act(placements_client, headers, concern_id, "meetings", {"held_on": "2026-09-07"})
    await act(placements_client, headers, concern_id, "steps/note/completion", {})
    await act(placements_client, headers, concern_id, "closure", {"outcome": "false_alarm"})
    timeline = (await placements_client.get(f"/v1/concerns/{concern_id}/timeline", headers=headers)).json()
    acts = [event for event in timeline["happened"] if event["by"] == "practice_educator"]
    assert [event["what"] for event in acts] == [
        "The concern was acknowledged until 9 September 2026.",
        "Done: the conversation is held.",
        "Done: the note of the conversation is shared.",
        "The concern was closed: false alarm.",
    ]
    assert acts[-1]["told"] == ["practice_educator", "student", "tutor"]
    assert timeline["next"] == []


async def test_a_panel_chair_sees_a_concern_once_it_comes_before_the_panel(placements_client, concern):
    at, concern_id = concern
    to_panel = {"decision": "escalate", "level": "placement_panel", "reason": "x"}
    chair = the("panel_chair", at)
    assert (await placements_client.get(f"/v1/concerns/{concern_id}", headers=chair)).status_code == 404
    await act(placements_client, the("tutor", at), concern_id, "decision", to_panel)
    assert (
        await placements_client.get(f"/v1/concerns/{concern_id}/timeline", headers=chair)
    ).status_code == 200


async def test_the_season_is_counted_by_rule_and_by_what_it_is_about(
    placements_client, concern, placements_db, stopped_clock
):
    at, _ = concern
    stopped_clock.at += timedelta(days=3)
    await fire_due_steps(placements_db, stopped_clock)
    answer = await placements_client.get("/v1/reports/concerns", headers=the_office(at))
    report = answer.json()
    assert report.pop("judged")["acknowledged"]["of"] == 1
    assert report == {
        "opened": 1,
        "escalated": 1,
        "closed": 0,
        "by_rule": [{"code": "review_rag", "opened": 1, "escalated": 1}],
        "by_about": [{"code": "wellbeing", "opened": 1, "escalated": 1}],
        "by_level": [{"code": "stage_one", "opened": 1, "escalated": 1}],
        "outcomes": {},
        "whys": {"not_acknowledged": 1},
    }
    other_round = await placements_client.get(
        f"/v1/reports/concerns?round_id={new_id()}", headers=the_office(at)
    )
    assert other_round.json()["opened"] == 0


async def test_reading_needs_the_scope_and_acting_another(placements_client, concern):
    at, concern_id = concern
    reading = office(at.partnership_id, ["placements:read"])
    assert (await placements_client.get(f"/v1/concerns/{concern_id}", headers=reading)).status_code == 403
    only_reading = office(at.partnership_id, ["concerns:read"])
    body = {"level": "early_conversation", "by_person_id": str(at.people["tutor"])}
    assert (
        await act(placements_client, only_reading, concern_id, "acknowledgement", body)
    ).status_code == 403


async def test_a_red_review_that_comes_first_and_absences_later_are_one_concern(
    placements_client, placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, at, absence(3, now), red_review(now, review="review-2"))
    listed = await placements_client.get("/v1/concerns", headers=the_office(at))
    assert [item["id"] for item in listed.json()["items"]] == [str(concern_id)]
