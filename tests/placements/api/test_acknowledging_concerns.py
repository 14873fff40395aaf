"""Who acknowledges a concern, for how long that holds, and who acts for whom."""

from datetime import timedelta

from services.placements.jobs.fire_due_steps import fire_due_steps
from shared.ids import new_id
from tests.placements.stages import act, the, the_office
from tests.placements.struggling import transitions_of


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
