"""Placement panels over HTTP: members without a part in the case, reasons, days credited, letter and appeal."""

from datetime import timedelta

from tests.placements.callers import a_person_as
from tests.placements.stages import SCOPES, a_concern_at, items, post, somebody, the
from tests.placements.struggling import open_steps_of

MEETS_AT = "2026-09-21T10:00:00Z"
DECISION = {
    "held_on": "2026-09-21",
    "decision": "new_placement",
    "reasons": "Supervision was not given as agreed.",
    "days_credited": 20.5,
    "minimum_days": 50,
    "appeal_until_on": "2026-10-05",
}


async def _convened(client, db, clock):
    at, concern_id = await a_concern_at(client, db, clock, "placement_panel")
    path = f"/concerns/{concern_id}"
    chair, lay = await somebody(db, at), await somebody(db, at)
    members = [
        {"person_id": str(chair), "seat": "chair"},
        {"person_id": str(lay), "seat": "expert_by_experience"},
    ]
    answer = await post(
        client, the("panel_chair", at), f"{path}/panel", {"meets_at": MEETS_AT, "members": members}
    )
    assert answer.status_code == 201, answer.text
    seated = a_person_as("tutor", chair, partnership_id=at.partnership_id, scopes=SCOPES)
    return at, concern_id, path, seated


async def test_nobody_with_a_part_in_the_case_sits_on_the_panel_and_everybody_who_does_not_fit_is_named(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(
        partnerships_client, partnerships_db, stopped_clock, "placement_panel"
    )
    of_the_host = await somebody(partnerships_db, at, at.host_id)
    people = [of_the_host, at.people["tutor"], at.people["practice_educator"], at.people["coordinator"]]
    members = [
        {"person_id": str(person), "seat": seat}
        for person, seat in zip(people, ("chair", "university", "practice", "practice"), strict=True)
    ]
    body = {"meets_at": "2026-09-11T10:00:00Z", "members": [*members, members[1] | {"seat": "chair"}]}
    answer = await post(partnerships_client, the("panel_chair", at), f"/concerns/{concern_id}/panel", body)
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/members", "one_chair"),
        ("/members", "repeated"),
        ("/members/0/person_id", "of_the_setting"),
        ("/members/1/person_id", "part_in_the_case"),
        ("/members/2/person_id", "part_in_the_case"),
        ("/members/3/person_id", "part_in_the_case"),
        ("/members/4/person_id", "part_in_the_case"),
        ("/meets_at", "too_soon"),
    ]


async def test_papers_are_due_five_working_days_before_the_panel_meets(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id, path, _ = await _convened(partnerships_client, partnerships_db, stopped_clock)
    (panel,) = await items(partnerships_client, the("student", at), f"{path}/panels")
    assert panel["papers_due_at"] == "2026-09-14T16:00:00Z"
    assert (await open_steps_of(partnerships_db, concern_id))["papers"].isoformat() == (
        "2026-09-14T16:00:00+00:00"
    )
    await post(partnerships_client, the("panel_chair", at), f"{path}/steps/papers/completion", {})
    (panel,) = await items(partnerships_client, the("student", at), f"{path}/panels")
    assert panel["papers_sent_at"] == "2026-09-07T09:00:00Z"


async def test_a_panel_decides_with_reasons_and_days_and_the_student_appeals_in_time_and_once(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id, path, chair = await _convened(partnerships_client, partnerships_db, stopped_clock)
    student = the("student", at)
    early = await post(partnerships_client, student, f"{path}/panel/appeal", {"grounds": "x"})
    assert (early.status_code, early.json()["code"]) == (409, "no_decision")
    stopped_clock.at += timedelta(days=14, hours=4)
    bad = DECISION | {"days_credited": 399, "minimum_days": None, "appeal_until_on": "2026-09-21"}
    refused = await post(partnerships_client, chair, f"{path}/panel/decision", bad)
    assert {fault["pointer"] for fault in refused.json()["errors"]} == {
        "/days_credited",
        "/minimum_days",
        "/appeal_until_on",
    }
    for other in ("tutor", "programme_manager", "panel_chair"):
        answer = await post(partnerships_client, the(other, at), f"{path}/panel/decision", DECISION)
        assert (answer.status_code, answer.json()["code"]) == (403, "for_the_chair")
    decided = await post(partnerships_client, chair, f"{path}/panel/decision", DECISION)
    assert decided.status_code == 200
    assert (await open_steps_of(partnerships_db, concern_id))["letter"].isoformat() == (
        "2026-09-24T16:00:00+00:00"
    )
    twice = await post(partnerships_client, chair, f"{path}/panel/decision", DECISION)
    assert (twice.status_code, twice.json()["code"]) == (409, "no_panel")
    appeal = await post(partnerships_client, student, f"{path}/panel/appeal", {"grounds": "The log."})
    assert appeal.status_code == 201
    again = await post(partnerships_client, student, f"{path}/panel/appeal", {"grounds": "The log."})
    assert again.json()["code"] == "appealed_before"
    (panel,) = await items(partnerships_client, student, f"{path}/panels")
    assert (panel["days_credited"], panel["minimum_days"], panel["grounds"]) == (20.5, 50, "The log.")
    letter = await post(partnerships_client, chair, f"{path}/steps/letter/completion", {})
    assert letter.status_code == 200, letter.text
    searches = await items(partnerships_client, student, f"/placements/{at.placement_id}/searches")
    assert [each["began_on"] for each in searches] == ["2026-09-21"]


async def test_a_panel_is_convened_at_its_level_only_and_anew_in_place_of_the_earlier_one(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_two")
    people = [await somebody(partnerships_db, at) for _ in range(2)]
    members = [
        {"person_id": str(person), "seat": seat}
        for person, seat in zip(people, ("chair", "practice"), strict=True)
    ]
    body = {"meets_at": MEETS_AT, "members": members}
    path = f"/concerns/{concern_id}"
    manager = the("programme_manager", at)
    refused = await post(partnerships_client, manager, f"{path}/panel", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_state")
    await post(partnerships_client, manager, f"{path}/decision", {"decision": "escalate", "reason": "x"})
    for meets_at in (MEETS_AT, "2026-09-22T10:00:00Z"):
        await post(partnerships_client, manager, f"{path}/panel", body | {"meets_at": meets_at})
    panels = await items(partnerships_client, manager, f"{path}/panels")
    assert [panel["replaced_at"] is None for panel in panels] == [False, True]
    arranged = await post(partnerships_client, manager, f"{path}/invitations", {"meets_at": MEETS_AT})
    assert arranged.json()["code"] == "convene_the_panel"


async def test_after_the_last_day_an_appeal_is_too_late(partnerships_client, partnerships_db, stopped_clock):
    at, _, path, chair = await _convened(partnerships_client, partnerships_db, stopped_clock)
    stopped_clock.at += timedelta(days=14)
    await post(partnerships_client, chair, f"{path}/panel/decision", DECISION)
    stopped_clock.at += timedelta(days=15)
    late = await post(partnerships_client, the("student", at), f"{path}/panel/appeal", {"grounds": "x"})
    assert (late.status_code, late.json()["code"]) == (409, "too_late")
