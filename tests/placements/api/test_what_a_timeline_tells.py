"""A timeline and an export as a stranger reads them: in whose words, by which evidence, told to whom, and what is ahead."""

from datetime import datetime, timedelta
from typing import Any

from services.placements.jobs.chase_suspensions import chase_suspensions
from services.placements.jobs.fire_due_steps import fire_due_steps
from tests.placements.callers import a_person_as, member
from tests.placements.stages import SCOPES, a_concern_at, items, post, somebody, the, the_office
from tests.placements.struggling import a_concern, a_placement, absence, notice, red_review, the_concern


async def _timeline(client, headers, concern_id) -> dict[str, Any]:
    answer = await client.get(f"/v1/concerns/{concern_id}/timeline", headers=headers)
    assert answer.status_code == 200, answer.text
    timeline: dict[str, Any] = answer.json()
    return timeline


async def test_months_in_which_a_student_waited_are_in_the_timeline_and_in_the_export(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    office, path = the_office(at), f"/placements/{at.placement_id}"
    coordinator = {"by_person_id": str(at.people["coordinator"])}
    await post(partnerships_client, office, f"{path}/suspension", {"reason_code": "enquiry"})
    stopped_clock.at += timedelta(days=7, hours=8)
    await chase_suspensions(partnerships_db, stopped_clock)
    review = {"result": "goes_on", "reason": "Two more to hear."} | coordinator
    await post(partnerships_client, office, f"{path}/suspension-reviews", review)
    closure = {"outcome": "changed_setting", "note": "She starts anew."} | coordinator
    await post(partnerships_client, office, f"/concerns/{concern_id}/closure", closure)
    stopped_clock.at += timedelta(days=1)
    entry = {"on": "2026-09-15", "organisation_id": str(at.host_id), "result": "declined", "note": "No room."}
    await post(partnerships_client, office, f"{path}/search/entries", entry)
    student = the("student", at)
    told = await _timeline(partnerships_client, student, concern_id)
    since = [each for each in told["happened"] if each["what"] != "The concern was closed: changed setting."]
    assert [(each["what"], each["words"], each["by"]) for each in since[-5:]] == [
        ("The placement was suspended.", None, "placements"),
        ("The review of the suspension was due, and nobody had done it.", None, "practicum"),
        ("The suspension was reviewed: it goes on.", "Two more to hear.", "coordinator"),
        ("The search for another placement began.", None, "university"),
        ("A place was asked for and declined.", "No room.", "university"),
    ]
    assert since[-4]["told"] == ["coordinator", "tutor"]
    (ahead,) = told["next"]
    assert (ahead["step"], ahead["due_at"]) == ("search_entry", "2026-09-22T16:00:00Z")
    export = await partnerships_client.get(f"/v1/concerns/{concern_id}/history-export", headers=student)
    kinds = [entry["kind"] for entry in export.json()["entries"]]
    assert [
        kinds.count(kind) for kind in ("placement_step", "suspension_review", "search", "search_entry")
    ] == [
        1,
        1,
        1,
        1,
    ]
    host = await _timeline(
        partnerships_client, member(at.partnership_id, at.host_id, SCOPES), concern_id
    )  # whom else they ask is not for the host
    assert not [each for each in (*host["happened"], *host["next"]) if "search" in each["what"].lower()]


async def test_a_timeline_says_in_whose_words_by_which_evidence_and_who_was_told_before_there_was_a_case(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    await notice(partnerships_db, stopped_clock, at, absence(2, stopped_clock.now()))
    flag = {"about": "wellbeing", "is_urgent": True, "note": "I cannot sleep."}
    raised = await post(
        partnerships_client, the("student", at), f"/placements/{at.placement_id}/signals", flag
    )
    path = f"/concerns/{raised.json()['concern_id']}"
    tutor = the("tutor", at)
    await post(partnerships_client, tutor, f"{path}/acknowledgement", {"level": "early_conversation"})
    await post(partnerships_client, the("student", at), f"{path}/statement", {"words": "Thank you."})
    timeline = await _timeline(partnerships_client, tutor, raised.json()["concern_id"])
    watched, said, _, _, stated = timeline["happened"]
    assert (watched["told"], [each["kind"] for each in watched["evidence"]]) == (
        ["student", "tutor"],
        ["hub"],
    )
    assert (said["words"], said["by"]) == ("I cannot sleep.", "student")
    assert [each["kind"] for each in stated["evidence"]] == ["statement"]
    assert [(each["step"], each["who_is_told"]) for each in timeline["next"]][:1] == [
        ("acknowledgement_ends", ["tutor", "practice_educator"])
    ]


async def test_a_signal_that_grows_is_amber_from_its_first_day_and_red_from_its_own(
    partnerships_client, partnerships_db, stopped_clock
):
    first = stopped_clock.now()
    at = await a_placement(partnerships_db, now=first)
    await notice(partnerships_db, stopped_clock, at, absence(2, first, session_id="s3"))
    stopped_clock.at += timedelta(days=3)
    grown = stopped_clock.now()
    await notice(partnerships_db, stopped_clock, at, absence(3, grown, session_id="s3"))
    concern_id = (await the_concern(partnerships_db, at)).id
    student = the("student", at)
    amber, red, opened = (await _timeline(partnerships_client, student, concern_id))["happened"]
    days = [datetime.fromisoformat(each["at"]) for each in (amber, red, opened)]
    assert days == [first, grown, grown]
    assert (amber["what"][-8:], red["what"][-6:]) == ("(amber).", "(red).")
    (signal,) = await items(partnerships_client, student, f"/placements/{at.placement_id}/signals")
    weighed = [(each["severity"], datetime.fromisoformat(each["since"])) for each in signal["weighed"]]
    assert weighed == [("amber", first), ("red", grown)]
    health = await partnerships_client.get(f"/v1/placements/{at.placement_id}/health", headers=student)
    assert [datetime.fromisoformat(each["since"]) for each in health.json()["signals"]] == [grown]
    export = await partnerships_client.get(f"/v1/concerns/{concern_id}/history-export", headers=student)
    (kept,) = [each["data"] for each in export.json()["entries"] if each["kind"] == "signal"]
    assert [each["severity"] for each in kept["weighed"]] == ["amber", "red"]


async def test_what_is_arranged_is_ahead_and_what_came_of_it_is_told(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_one")
    path, tutor = f"/concerns/{concern_id}", the("tutor", at)
    body = {"meets_at": "2026-09-15T10:00:00Z", "invited": ["practice_educator"]}
    await post(partnerships_client, tutor, f"{path}/invitations", body)
    arranged, due = (await _timeline(partnerships_client, tutor, concern_id))["next"]
    assert (arranged["due_at"], due["due_at"]) == ("2026-09-15T10:00:00Z", "2026-09-17T16:00:00Z")
    assert arranged["what"] == "As arranged: the concerns meeting is held"
    stopped_clock.at += timedelta(days=8)
    held = {"held_on": "2026-09-15", "outcome": "parties_disagree"}
    await post(partnerships_client, tutor, f"{path}/meetings", held)
    told = await _timeline(partnerships_client, tutor, concern_id)
    assert told["happened"][-1]["what"].endswith("The parties disagree.")
    assert [each["step"] for each in told["next"]] == ["plan"]


async def test_what_ran_out_is_neither_due_nor_first_in_the_queue(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    tutor = the("tutor", at)
    await post(
        partnerships_client, tutor, f"/concerns/{concern_id}/acknowledgement", {"level": "early_conversation"}
    )
    stopped_clock.at += timedelta(days=2, hours=8)
    await fire_due_steps(partnerships_db, stopped_clock)
    health = await partnerships_client.get(f"/v1/placements/{at.placement_id}/health", headers=tutor)
    assert [(each["what"], each["is_overdue"]) for each in health.json()["due"]] == [
        ("The conversation is held", False)
    ]
    (queued,) = (await partnerships_client.get("/v1/concerns/queue", headers=the_office(at))).json()["items"]
    assert (queued["step"], queued["due_at"]) == ("held", "2026-09-14T16:00:00Z")


async def test_a_system_names_only_somebody_who_sees_the_concern_and_a_refusal_says_who_acts(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    stranger = await somebody(partnerships_db, at)
    path = f"/concerns/{concern_id}"
    body = {"level": "early_conversation", "by_person_id": str(stranger)}
    refused = await post(partnerships_client, the_office(at), f"{path}/acknowledgement", body)
    assert refused.json()["errors"][0]["code"] == "no_part_in_it"
    own = await post(
        partnerships_client, the("student", at), f"{path}/acknowledgement", {"level": "early_conversation"}
    )
    assert (own.status_code, own.json()["roles"]) == (
        403,
        ["coordinator", "practice_education_lead", "practice_educator", "programme_manager", "tutor"],
    )
    past = {"meets_at": "2026-09-07T08:00:00Z"}
    late = await post(partnerships_client, the("tutor", at), f"{path}/invitations", past)
    assert late.json()["errors"][0]["code"] == "past"


async def test_an_invitation_that_reaches_nobody_or_the_side_concerned_is_refused(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now(), without=["practice_education_lead"])
    await notice(partnerships_db, stopped_clock, at, red_review(stopped_clock.now()))
    concern = await the_concern(partnerships_db, at)
    body = {"meets_at": "2026-09-08T10:00:00Z", "invited": ["practice_education_lead", "tutor"]}
    refused = await post(partnerships_client, the("tutor", at), f"/concerns/{concern.id}/invitations", body)
    (fault,) = refused.json()["errors"]
    assert (fault["code"], fault["detail"].split(".")[0]) == (
        "nobody_reached",
        "Nobody can be asked as: practice_education_lead",
    )
    report = {"about": "discrimination", "concerning_side": "host"}
    signal = await post(
        partnerships_client, the("student", at), f"/placements/{at.placement_id}/signals", report
    )
    path = f"/concerns/{signal.json()['concern_id']}"
    body = {"meets_at": "2026-09-08T10:00:00Z", "invited": ["practice_educator"]}
    refused = await post(partnerships_client, the("programme_manager", at), f"{path}/invitations", body)
    assert refused.json()["errors"][0]["code"] == "nobody_reached"
    listed = await partnerships_client.get(f"/v1{path}/meetings", headers=the("student", at))
    assert listed.json()["items"] == []


async def test_members_of_a_panel_see_the_case_and_its_meeting_is_recorded_with_the_decision(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(
        partnerships_client, partnerships_db, stopped_clock, "placement_panel"
    )
    path, chair = f"/concerns/{concern_id}", the("panel_chair", at)
    sitting = [await somebody(partnerships_db, at) for _ in range(2)]
    members = [
        {"person_id": str(person), "seat": seat}
        for person, seat in zip(sitting, ("chair", "university"), strict=True)
    ]
    for meets_at in ("2026-09-21T10:00:00Z", "2026-09-22T10:00:00Z"):  # told once, and still fit to sit
        body = {"meets_at": meets_at, "members": members}
        answer = await post(partnerships_client, chair, f"{path}/panel", body)
        assert answer.status_code == 201, answer.text
    lay = a_person_as("tutor", sitting[1], partnership_id=at.partnership_id, scopes=SCOPES)
    assert (await _timeline(partnerships_client, lay, concern_id))["level"] == "placement_panel"
    held = await post(partnerships_client, chair, f"{path}/meetings", {"held_on": "2026-09-07"})
    assert (held.status_code, held.json()["code"]) == (409, "panel_decides")


async def test_a_second_opinion_and_the_other_universities_are_due_once_somebody_asks(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_two")
    path, manager = f"/concerns/{concern_id}", the("programme_manager", at)
    early = await post(partnerships_client, manager, f"{path}/steps/other_universities/start", {})
    assert (early.status_code, early.json()["allowed"][-1]) == (409, "steps/second_opinion/start")
    held = {"held_on": "2026-09-07", "outcome": "second_opinion_wanted"}
    await post(partnerships_client, manager, f"{path}/meetings", held)
    again = await post(partnerships_client, manager, f"{path}/steps/second_opinion/start", {})
    assert (again.status_code, again.json()["code"]) == (409, "due_already")
    timeline = await _timeline(partnerships_client, the("student", at), concern_id)
    assert ("second_opinion", "2026-09-14T16:00:00Z") in [(s["step"], s["due_at"]) for s in timeline["next"]]
    assert timeline["happened"][-1]["what"] == (
        "Asked for, until 14 September 2026: a second educator gives an opinion."
    )
    opinion = {"note": "The standard is met."}
    done = await post(partnerships_client, manager, f"{path}/steps/second_opinion/completion", opinion)
    assert done.status_code == 200
    flag = {"about": "safety", "note": "The alarm does not work."}
    await post(partnerships_client, the("tutor", at), f"/placements/{at.placement_id}/signals", flag)
    lead = the("coordinator", at)
    asked = await post(
        partnerships_client, lead, f"{path}/steps/other_universities/start", {"reason": "Alarm."}
    )
    assert asked.status_code == 200
    told = await post(partnerships_client, lead, f"{path}/steps/other_universities/completion", {})
    assert told.status_code == 200


async def test_whoever_belongs_to_the_side_concerned_is_not_announced_as_told_next(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    report = {"about": "safety", "concerning_side": "host"}
    path = f"/placements/{at.placement_id}/signals"
    raised = await post(partnerships_client, the("student", at), path, report)
    timeline = await _timeline(partnerships_client, the("student", at), raised.json()["concern_id"])
    announced = {role for each in timeline["next"] for role in each["who_is_told"]}
    assert "coordinator" in announced
    assert not announced & {"practice_educator", "on_site_supervisor", "practice_education_lead"}
