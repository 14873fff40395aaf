"""Concerns over HTTP: who sees them, what their timeline says, and how a season's are counted."""

from datetime import timedelta

from services.placements.jobs.fire_due_steps import fire_due_steps
from shared.calendar import ENGLAND
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.stages import SCOPES, act, post, the, the_office
from tests.placements.struggling import (
    a_concern,
    a_placement,
    absence,
    notice,
    open_steps_of,
    red_review,
    the_concern,
    transitions_of,
)


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


async def test_what_was_in_view_when_people_closed_a_concern_reopens_it_only_when_it_weighs_more(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, at, red_review(now), absence(2, now, session_id="s3"))
    concern_id = (await the_concern(placements_db, at)).id
    await act(placements_client, the("tutor", at), concern_id, "closure", {"outcome": "resolved"})
    for days, unnotified, status in ((1, 2, "closed"), (1, 3, "open")):
        stopped_clock.at += timedelta(days=days)
        now = stopped_clock.now()
        await notice(
            placements_db, stopped_clock, at, red_review(now), absence(unnotified, now, session_id="s3")
        )
        assert (await the_concern(placements_db, at)).status == status


async def test_a_matter_of_safety_at_the_panel_asks_at_once_for_a_decision_and_for_welfare(
    placements_client, concern, placements_db, stopped_clock
):
    at, concern_id = concern
    tutor = the("tutor", at)
    to_panel = {"decision": "escalate", "level": "placement_panel", "reason": "x"}
    await act(placements_client, tutor, concern_id, "decision", to_panel)
    flag = {"about": "safety", "note": "A threat."}
    await post(placements_client, the("student", at), f"/placements/{at.placement_id}/signals", flag)
    due = await open_steps_of(placements_db, concern_id)
    assert due.keys() == {"panel", "papers", "decision", "welfare_contact"}
    assert due["decision"] == due["welfare_contact"] == ENGLAND.due_at(stopped_clock.now(), 1)
    done = await act(placements_client, the("coordinator", at), concern_id, "steps/decision/completion", {})
    assert done.status_code == 200, done.text
    stopped_clock.at += timedelta(days=3)
    await fire_due_steps(placements_db, stopped_clock)
    assert (await open_steps_of(placements_db, concern_id))["welfare_contact"] > stopped_clock.now()


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
