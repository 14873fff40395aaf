"""Seeing concerns over HTTP: the queue, a placement's health, the student's own view, the report, and the export."""

from datetime import timedelta

from services.placements.domain.escalation.history import sealed
from services.placements.jobs.fire_due_steps import fire_due_steps
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.stages import SCOPES, a_concern_at, post, the, the_office
from tests.placements.struggling import a_concern, a_placement, absence, notice, red_review, the_concern


async def _queue(client, headers, limit=50) -> list[dict]:
    found, path = [], f"/v1/concerns/queue?limit={limit}"
    while path:
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        path = answer.links.get("next", {}).get("url")
    return found


async def test_the_queue_is_in_the_order_in_which_people_should_look(
    placements_client, placements_db, stopped_clock
):
    first, first_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at += timedelta(hours=26)
    seconds = [await a_concern(placements_db, stopped_clock) for _ in range(2)]
    headers = {
        at.partnership_id: office(at.partnership_id, SCOPES) for at, _ in ((first, first_id), *seconds)
    }
    assert len(headers) == 3  # each is in a partnership of its own, and sees its own
    for at, concern_id in ((first, first_id), *seconds):
        queued = await _queue(placements_client, headers[at.partnership_id])
        assert [each["id"] for each in queued] == [str(concern_id)]
        assert (queued[0]["step"], queued[0]["student_id"]) == ("acknowledge", str(at.student_id))


async def test_in_the_queue_safety_comes_first_then_what_is_due_first_and_what_is_in_hand_waits(
    partnerships_client, partnerships_db, stopped_clock
):
    at, early = await a_concern(partnerships_db, stopped_clock)
    tutor, path = the("tutor", at), f"/placements/{at.placement_id}/signals"
    stopped_clock.at += timedelta(hours=1)
    await post(partnerships_client, the("student", at), path, {"about": "discrimination"})
    reported = await the_concern(partnerships_db, at)
    body = {"level": "early_conversation", "until": "2026-09-11T16:00:00Z"}
    await post(partnerships_client, tutor, f"/concerns/{early}/acknowledgement", body)
    queued = await _queue(partnerships_client, the_office(at), limit=1)
    assert [each["id"] for each in queued] == [str(reported.id), str(early)]
    await post(partnerships_client, tutor, path, {"about": "safety"})
    queued = await _queue(partnerships_client, the_office(at), limit=1)
    assert [each["id"] for each in queued] == [str(early), str(reported.id)]
    assert queued[0]["immediate_at"] is not None
    assert [each["urgency"] for each in queued] == sorted(each["urgency"] for each in queued)
    await post(
        partnerships_client, the("coordinator", at), f"/concerns/{early}/closure", {"outcome": "resolved"}
    )
    assert [each["id"] for each in await _queue(partnerships_client, the_office(at))] == [str(reported.id)]


async def test_health_says_what_weighs_what_is_open_and_what_is_due(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    url = f"/v1/placements/{at.placement_id}/health"
    tutor = the("tutor", at)
    await notice(partnerships_db, stopped_clock, at, absence(2, stopped_clock.now()))
    health = (await partnerships_client.get(url, headers=tutor)).json()
    assert (health["points"], health["opens_at"], health["concerns"], health["due"]) == (1, 3, [], [])
    assert [each["what"] for each in health["signals"]] == ["Absent from the hub without notice (amber)."]
    await notice(partnerships_db, stopped_clock, at, red_review(stopped_clock.now(), about="wellbeing"))
    await post(
        partnerships_client,
        the_office(at),
        f"/placements/{at.placement_id}/suspension",
        {"reason_code": "enquiry"},
    )
    stopped_clock.at += timedelta(days=3)
    health = (await partnerships_client.get(url, headers=tutor)).json()
    assert (health["points"], health["status"], len(health["concerns"])) == (4, "suspended", 1)
    assert [(each["what"], each["is_overdue"]) for each in health["due"]] == [
        ("Somebody acknowledges the concern", True),
        ("The conversation is held", False),
        ("The suspension is reviewed", False),
    ]
    stopped_clock.at += timedelta(days=60)
    assert (await partnerships_client.get(url, headers=tutor)).json()["points"] == 0
    stranger = a_person_as("tutor", new_id(), partnership_id=at.partnership_id, scopes=SCOPES)
    assert (await partnerships_client.get(url, headers=stranger)).status_code == 404


async def test_the_student_sees_everything_about_them_in_plain_words_and_what_they_can_do(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_one")
    body = {"meets_at": "2026-09-15T10:00:00Z"}
    await post(partnerships_client, the("tutor", at), f"/concerns/{concern_id}/invitations", body)
    await post(
        partnerships_client,
        the("student", at),
        f"/placements/{at.placement_id}/signals",
        {"about": "discrimination"},
    )
    answer = await partnerships_client.get("/v1/own-view", headers=the("student", at))
    (placement,) = answer.json()["placements"]
    assert {each["rule"] for each in placement["signals"]} == {"review_rag", "discrimination_report"}
    stage_one, reported = placement["concerns"]
    assert stage_one["you_can"] == ["answer", "shorten_notice", "bring_supporter"]
    assert stage_one["means"].startswith("You are invited to a meeting")
    assert (reported["about"], reported["you_can"]) == ("discrimination", ["answer"])
    other = a_person_as("student", new_id(), partnership_id=at.partnership_id, scopes=SCOPES)
    nothing = await partnerships_client.get("/v1/own-view", headers=other)
    assert nothing.json() == {"placements": []}
    system = await partnerships_client.get("/v1/own-view", headers=the_office(at))
    assert (system.status_code, system.json()["code"]) == (403, "for_the_student")


async def test_the_export_is_complete_in_order_and_tells_when_it_was_changed(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern_at(partnerships_client, partnerships_db, stopped_clock, "stage_one")
    path, student = f"/concerns/{concern_id}", the("student", at)
    await post(partnerships_client, student, f"{path}/statement", {"words": "I asked three times."})
    stopped_clock.at += timedelta(days=1)
    await post(partnerships_client, the("tutor", at), f"{path}/meetings", {"held_on": "2026-09-08"})
    answer = await partnerships_client.get(f"/v1{path}/history-export", headers=student)
    assert answer.status_code == 200
    export = answer.json()
    kinds = {entry["kind"] for entry in export["entries"]}
    assert kinds == {"signal", "transition", "act", "step", "meeting", "statement", "told"}
    assert any(entry["data"].get("words") == "I asked three times." for entry in export["entries"])
    assert [entry["number"] for entry in export["entries"]] == list(range(1, len(export["entries"]) + 1))
    before = export["seal"]
    assert before == sealed(export["concern"], "")
    for entry in export["entries"]:
        seal = entry.pop("seal")
        assert sealed(entry, before) == seal
        assert sealed({**entry, "at": "2026-01-01T00:00:00Z"}, before) != seal
        before = seal
    assert before == export["last_seal"]
    again = await partnerships_client.get(f"/v1{path}/history-export", headers=the_office(at))
    assert again.json()["last_seal"] == export["last_seal"]
    university = member(at.partnership_id, at.university_id, SCOPES)
    assert (await partnerships_client.get(f"/v1{path}/history-export", headers=university)).status_code == 200
    for headers in (member(at.partnership_id, at.host_id, SCOPES), the("practice_educator", at)):
        refused = await partnerships_client.get(f"/v1{path}/history-export", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours_to_export")


async def test_the_report_judges_the_escalation_itself(partnerships_client, partnerships_db, stopped_clock):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    stopped_clock.at += timedelta(hours=24)
    body = {"level": "early_conversation"}
    await post(partnerships_client, the("tutor", at), f"/concerns/{concern_id}/acknowledgement", body)
    await post(
        partnerships_client, the("tutor", at), f"/concerns/{concern_id}/closure", {"outcome": "false_alarm"}
    )
    answer = await partnerships_client.get("/v1/reports/concerns", headers=the_office(at))
    judged = answer.json()["judged"]
    assert judged["median_hours_to_acknowledge"] == 24.0
    assert (judged["on_time"]["count"], judged["on_time"]["of"]) == (1, 1)
    assert (judged["averted"]["count"], judged["averted"]["of"]) == (1, 1)
    (rule,) = judged["rules"]
    assert (rule["rule"], rule["false_alarms"]["share"], rule["is_flagged"]) == ("review_rag", 1.0, False)
    assert judged["by_programme_route"] == [{"code": "postgraduate", "with_concern": None}]
    stopped_clock.at += timedelta(days=2)
    await notice(partnerships_db, stopped_clock, at, red_review(stopped_clock.now(), review="another"))
    stopped_clock.at += timedelta(days=5)
    await fire_due_steps(partnerships_db, stopped_clock)
    judged = (await partnerships_client.get("/v1/reports/concerns", headers=the_office(at))).json()["judged"]
    assert (judged["on_time"]["count"], judged["on_time"]["of"]) == (1, 2)


async def test_an_export_is_not_there_for_another_partnership(
    partnerships_client, partnerships_db, stopped_clock
):
    _, concern_id = await a_concern(partnerships_db, stopped_clock)
    answer = await partnerships_client.get(
        f"/v1/concerns/{concern_id}/history-export", headers=office(new_id(), SCOPES)
    )
    assert answer.status_code == 404
