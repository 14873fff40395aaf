"""Signals over HTTP: the log of a placement, and raising a flag."""

from services.placements.operations.escalation_policies import ship_default
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.struggling import Struggling, a_placement, absence, notice, published, the_concern

SCOPES = ("concerns:read", "concerns:write", "placements:read")


def student(at: Struggling) -> dict[str, str]:
    return a_person_as("student", at.student_id, partnership_id=at.partnership_id, scopes=SCOPES)


def educator(at: Struggling) -> dict[str, str]:
    return a_person_as("practice_educator", at.educator_id, partnership_id=at.partnership_id, scopes=SCOPES)


async def raise_flag(client, at: Struggling, headers, **body):
    headers = {**headers, "Idempotency-Key": str(new_id())}
    return await client.post(f"/v1/placements/{at.placement_id}/signals", json=body, headers=headers)


async def log(client, at: Struggling, headers) -> list[dict]:
    answer = await client.get(f"/v1/placements/{at.placement_id}/signals", headers=headers)
    assert answer.status_code == 200
    items: list[dict] = answer.json()["items"]
    return items


async def test_the_student_sees_everything_that_is_noticed_about_them(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    await notice(
        placements_db, stopped_clock, at, absence(1, stopped_clock.now()), absence(2, stopped_clock.now())
    )
    seen = await log(placements_client, at, student(at))
    assert [(item["rule_code"], item["severity"], item["points"]) for item in seen] == [
        ("hub_absence", "none", 0),
        ("hub_absence", "amber", 1),
    ]
    assert seen[1]["expires_at"] == "2026-10-05T16:00:00Z"
    assert seen[1]["evidence"] == {"hub_id": "hub-1"}


async def test_a_student_who_raises_an_urgent_flag_opens_a_concern_and_reads_its_case_number(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    answer = await raise_flag(
        placements_client, at, student(at), about="practice_education", is_urgent=True, note="I feel unsafe."
    )
    assert answer.status_code == 201
    raised = answer.json()
    assert (raised["rule_code"], raised["severity"], raised["raised_by_role"]) == (
        "student_flag",
        "red",
        "student",
    )
    assert raised["case_number"] == "PC-2026-000001"
    assert raised["note"] == "I feel unsafe."


async def test_the_same_person_raising_the_same_flag_again_counts_once(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    for _ in range(4):
        answer = await raise_flag(placements_client, at, educator(at), about="student_progress")
        assert (answer.json()["severity"], answer.json()["concern_id"]) == ("amber", None)
    await raise_flag(placements_client, at, student(at), about="student_progress")
    university = member(at.partnership_id, at.university_id, SCOPES)
    third = await raise_flag(placements_client, at, university, about="student_progress")
    assert third.json()["case_number"] == "PC-2026-000001"


async def test_a_matter_of_safety_is_dealt_with_at_once_whoever_raises_it(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    await raise_flag(placements_client, at, educator(at), about="safety")
    concern = await the_concern(placements_db, at)
    assert (concern.level, concern.immediate_at) == ("stage_two", stopped_clock.now())


async def test_a_report_of_discrimination_is_seen_by_the_student_and_the_office_only(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    raised = await raise_flag(placements_client, at, student(at), about="discrimination")
    assert raised.json()["rule_code"] == "discrimination_report"
    concern_id = raised.json()["concern_id"]
    for headers in (student(at), office(at.partnership_id, SCOPES)):
        assert len(await log(placements_client, at, headers)) == 1
        assert (await placements_client.get(f"/v1/concerns/{concern_id}", headers=headers)).status_code == 200
    for headers in (
        educator(at),
        member(at.partnership_id, at.host_id, SCOPES),
        member(at.partnership_id, at.university_id, SCOPES),
    ):
        assert await log(placements_client, at, headers) == []
        assert (await placements_client.get(f"/v1/concerns/{concern_id}", headers=headers)).status_code == 404


async def test_only_who_sees_the_placement_raises_a_flag(placements_client, placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    stranger = a_person_as("student", new_id(), partnership_id=at.partnership_id, scopes=SCOPES)
    assert (await raise_flag(placements_client, at, stranger, about="setting")).status_code == 404
    facilitator = a_person_as("facilitator", new_id(), partnership_id=at.partnership_id, scopes=SCOPES)
    for placement in (at.placement_id, new_id()):
        url, body = f"/v1/placements/{placement}/signals", {"about": "setting"}
        key = {"Idempotency-Key": str(new_id())}
        refused = await placements_client.post(url, json=body, headers=facilitator | key)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        assert "POST /v1/hubs/{hub_id}/flags" in refused.json()["detail"]
    headers = {**stranger}
    answer = await placements_client.get(f"/v1/placements/{at.placement_id}/signals", headers=headers)
    assert answer.status_code == 404


async def test_a_flag_raised_twice_with_one_key_is_one_signal(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    headers = student(at) | {"Idempotency-Key": "one-flag"}
    url = f"/v1/placements/{at.placement_id}/signals"
    answers = [
        await placements_client.post(url, json={"about": "setting"}, headers=headers) for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert await published(placements_db, "signal.recorded") == 1


async def test_a_bad_flag_is_refused_without_repeating_it(placements_client, placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    for body in (
        {"about": "gossip"},
        {},
        {"about": "setting", "note": "a\x00b"},
        {"about": "setting", "who": "Ada"},
    ):
        answer = await raise_flag(placements_client, at, student(at), **body)
        assert answer.status_code == 422
        assert "gossip" not in answer.text
        assert "Ada" not in answer.text


async def test_the_default_policy_is_there_for_everybody_as_data(
    placements_client, placements_db, stopped_clock
):
    for _ in range(2):
        async with placements_db.begin() as session:
            await ship_default(session, stopped_clock.now())
    answer = await placements_client.get("/v1/escalation-policies", headers=office(new_id(), SCOPES))
    (policy,) = answer.json()["items"]
    assert (policy["name"], policy["number"], policy["is_default"]) == (
        "struggling_placement_policy",
        3,
        True,
    )
    assert len(policy["policy"]["rules"]) == 21
