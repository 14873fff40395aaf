"""The inbox and wishes about being told, over HTTP."""

import pytest
from sqlalchemy import text

from services.placements.jobs.send_notifications import decide
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.struggling import a_concern

SCOPES = ("concerns:read", "placements:read")


@pytest.fixture
async def told(placements_db, stopped_clock):
    return await a_concern(placements_db, stopped_clock)


def the(role, at):
    known = {"student": at.student_id, "practice_educator": at.educator_id, **at.people}
    return a_person_as(role, known[role], partnership_id=at.partnership_id, scopes=SCOPES)


async def inbox(client, headers, query=""):
    answer = await client.get(f"/v1/inbox{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_everybody_finds_what_they_were_told_and_nobody_elses(placements_client, told):
    at, concern_id = told
    for role in ("student", "practice_educator", "tutor"):
        (message,) = await inbox(placements_client, the(role, at))
        assert (message["concern_id"], message["case_number"]) == (str(concern_id), "PC-2026-000001")
        assert (message["template"], message["delivery"]) == ("concern_level", "queued")
    assert await inbox(placements_client, the("panel_chair", at)) == []
    foreign = a_person_as("tutor", at.people["tutor"], partnership_id=new_id(), scopes=SCOPES)
    assert await inbox(placements_client, foreign) == []
    system = member(at.partnership_id, at.university_id, SCOPES)
    assert (await placements_client.get("/v1/inbox", headers=system)).json()["code"] == "people_only"


async def test_a_message_is_read_once_and_leaves_the_unread_ones(placements_client, told, stopped_clock):
    at, _ = told
    tutor = the("tutor", at)
    (message,) = await inbox(placements_client, tutor, "?unread=true")
    path = f"/v1/inbox/{message['id']}/reading"
    for key in (new_id(), new_id()):
        answer = await placements_client.post(path, headers={**tutor, "Idempotency-Key": str(key)})
        assert (answer.status_code, answer.json()["read_at"]) == (200, "2026-09-07T09:00:00Z")
        stopped_clock.at = stopped_clock.at.replace(hour=12)
    assert await inbox(placements_client, tutor, "?unread=true") == []
    assert len(await inbox(placements_client, tutor, "?unread=false")) == 1
    others = await placements_client.post(path, headers={**the("student", at), "Idempotency-Key": "k"})
    assert others.status_code == 404


async def put(client, headers, body, seen="*"):
    return await client.put("/v1/notification-preferences", json=body, headers={**headers, "If-Match": seen})


async def test_people_say_how_they_wish_to_be_told(placements_client, told, placements_db, stopped_clock):
    at, _ = told
    tutor = the("tutor", at)
    answer = await placements_client.get("/v1/notification-preferences", headers=tutor)
    assert answer.json() == {"email": "as_it_happens", "inbox": True, "email_works": True}
    assert answer.headers["etag"] == '"0"'
    assert (await put(placements_client, tutor, {"email": "off", "inbox": True}, '"0"')).status_code == 200
    assert (await put(placements_client, tutor, {"email": "off", "inbox": True}, '"0"')).status_code == 412
    kept = await placements_client.get("/v1/notification-preferences", headers=tutor)
    assert (kept.json()["email"], kept.headers["etag"]) == ("off", '"1"')
    await decide(placements_db, stopped_clock)
    assert [each["delivery"] for each in await inbox(placements_client, tutor)] == ["inbox_only"]
    assert [each["delivery"] for each in await inbox(placements_client, the("student", at))] == ["queued"]


async def test_nobody_switches_off_the_last_thing_that_reaches_them(placements_client, told, placements_db):
    at, _ = told
    tutor = the("tutor", at)
    none = await put(placements_client, tutor, {"email": "off", "inbox": False})
    assert (none.status_code, none.json()["code"]) == (409, "last_channel")
    assert (await put(placements_client, tutor, {"email": "digest", "inbox": False})).status_code == 200
    async with placements_db.begin() as session:
        await session.execute(text("update notifications set state = 'failed', failure = 'smtp_550'"))
    bounced = await put(placements_client, tutor, {"email": "as_it_happens", "inbox": False})
    assert (bounced.status_code, bounced.json()["code"]) == (409, "last_channel")
    assert [each["failure"] for each in await inbox(placements_client, tutor)] == ["smtp_550"]


async def test_wishes_are_for_people_who_are_known(placements_client, told):
    at, _ = told
    for headers, status in (
        (member(at.partnership_id, at.university_id, SCOPES), 403),
        (a_person_as("tutor", new_id(), partnership_id=at.partnership_id, scopes=SCOPES), 404),
    ):
        answer = await placements_client.get("/v1/notification-preferences", headers=headers)
        assert answer.status_code == status
        assert (await put(placements_client, headers, {"email": "off", "inbox": True})).status_code == status


async def test_the_office_sees_what_bounced(placements_client, told, placements_db):
    at, concern_id = told
    path = f"/v1/undelivered-messages?concern_id={concern_id}"
    headers = office(at.partnership_id, SCOPES)
    assert (await placements_client.get(path, headers=headers)).json()["items"] == []
    async with placements_db.begin() as session:
        await session.execute(
            text("update notifications set state = 'failed', failure = 'smtp_550' where role = 'tutor'")
        )
    (failed,) = (await placements_client.get(path, headers=headers)).json()["items"]
    assert (failed["person_id"], failed["failure"]) == (str(at.people["tutor"]), "smtp_550")
    refused = await placements_client.get(path, headers=the("tutor", at))
    assert (refused.status_code, refused.json()["code"]) == (403, "office_only")


async def test_absence_is_said_and_must_be_in_order(placements_client, told):
    at, _ = told
    headers = {**office(at.partnership_id, ("placements:read", "placements:write")), "If-Match": "*"}
    path = f"/v1/people/{at.people['tutor']}"
    away = {"absent_from": "2026-09-14", "absent_until": "2026-09-18"}
    answer = await placements_client.patch(path, json=away, headers=headers)
    assert (answer.status_code, answer.json()["absent_until"]) == (200, "2026-09-18")
    wrong = await placements_client.patch(path, json={"absent_until": "2026-09-01"}, headers=headers)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "absence_out_of_order")
