"""Where students go, and equality monitoring, over HTTP."""

import pytest

from shared.ids import new_id
from tests.placements.callers import EVERY_SCOPE, a_person_as, member, office
from tests.placements.factories import a_partnership, a_request, a_student, a_university
from tests.placements.quality import a_season, stays

SCOPES = (*EVERY_SCOPE, "monitoring:write")
FIRST = {"If-Match": "*"}
YEAR = "academic_year=2025-26"


@pytest.fixture
def wired(partnerships_wiring):
    """The service on the database that tests share; each keeps to a partnership of its own."""
    return partnerships_wiring


@pytest.fixture
def client(partnerships_client):
    """A caller of that service."""
    return partnerships_client


def oneself(p, student_id):
    return a_person_as("student", student_id, partnership_id=p.id, scopes=SCOPES)


async def went(client, p, student_id, headers=None, **facts):
    body = {"academic_year": "2025-26", "destination": "social_work"} | facts
    url = f"/v1/students/{student_id}/destination"
    return await client.put(url, json=body, headers=(headers or office(p.id, SCOPES)) | FIRST)


async def declared(client, p, student_id, headers=None, **groups):
    url = f"/v1/students/{student_id}/equality-declaration"
    return await client.put(url, json=groups, headers=(headers or oneself(p, student_id)) | FIRST)


async def got(client, path, headers):
    answer = await client.get(f"/v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_destination_is_for_the_student_their_university_and_the_office(client, wired):
    p = await a_partnership(wired.db)
    url = f"/v1/students/{p.student.id}/destination"
    university = member(p.id, p.university.id, SCOPES)
    assert (await client.get(url, headers=university)).status_code == 404
    made = await went(client, p, p.student.id, university, employer_organisation_id=str(p.council.id))
    assert (made.status_code, made.json()["is_local"]) == (200, True)
    assert (await client.get(url, headers=oneself(p, p.student.id))).json() == made.json()
    for other in (member(p.id, p.council.id, SCOPES), oneself(p, (await a_student(wired.db, p.id)).id)):
        assert (await client.get(url, headers=other)).status_code == 404
        assert (await went(client, p, p.student.id, other)).status_code == 404
    stale = await client.put(
        url,
        json={"academic_year": "2025-26", "destination": "other_work"},
        headers=university | {"If-Match": '"7"'},
    )
    assert stale.status_code == 412
    foreign = await went(client, p, p.student.id, employer_organisation_id=str(new_id()))
    assert [fault["pointer"] for fault in foreign.json()["errors"]] == ["/employer_organisation_id"]


async def test_the_local_share_is_told_with_n_and_small_universities_are_hidden(client, wired):
    p = await a_partnership(wired.db)
    guests = await a_university(wired.db, p.id, name="Guest University")
    third = await a_university(wired.db, p.id, name="Third University")
    year = await a_season(wired.db, p, 2025)
    hosted = await stays(wired.db, p, year, p.setting, ["completed"] * 6)
    for placement in hosted:
        await went(
            client, p, placement.student_id, employer_organisation_id=str(p.council.id), interview="appointed"
        )
    for home, count in ((guests, 2), (third, 7)):
        for _ in range(count):
            student = await a_student(wired.db, p.id, organisation_id=home.id)
            await went(client, p, student.id, is_local=False, interview="offered")
    unknown = await a_student(wired.db, p.id, organisation_id=third.id)
    await went(client, p, unknown.id, destination="not_known")
    report = await got(client, f"reports/destinations?{YEAR}", office(p.id))
    counts = report["counts"]
    assert counts["n"] == 15
    assert (counts["local"]["count"], counts["local"]["n"]) == (6, 15)
    assert counts["with_a_host"]["count"] == 6
    assert [counts[name]["count"] for name in ("interviews_offered", "interviews_taken", "appointed")] == [
        15,
        6,
        6,
    ]
    shown = {each["organisation_id"]: each["counts"] is not None for each in report["universities"]}
    # The total less the third university's would be the two guests and the six: enough. Without the six it would not.
    assert shown == {str(p.university.id): False, str(guests.id): False, str(third.id): True}


async def test_a_declaration_is_made_read_and_withdrawn_by_the_student_alone(client, wired):
    p = await a_partnership(wired.db)
    url = f"/v1/students/{p.student.id}/equality-declaration"
    for other in (office(p.id, SCOPES), member(p.id, p.university.id, SCOPES)):
        assert (await declared(client, p, p.student.id, other, gender="woman")).status_code == 404
        assert (await client.get(url, headers=other)).status_code == 404
    made = await declared(client, p, p.student.id, gender="woman", disability="prefer_not_to_say")
    assert made.status_code == 200, made.text
    assert (await client.get(url, headers=oneself(p, p.student.id))).json() == made.json()
    refused = await declared(client, p, p.student.id, gender="a secret")
    assert refused.status_code == 422
    assert "secret" not in refused.text
    gone = await client.delete(url, headers=oneself(p, p.student.id) | FIRST)
    assert gone.status_code == 204
    assert (await client.get(url, headers=oneself(p, p.student.id))).status_code == 404


async def test_outcomes_are_compared_between_groups_and_small_groups_are_left_out(client, wired):
    p = await a_partnership(wired.db)
    year = await a_season(wired.db, p, 2025)
    ended = await stays(wired.db, p, year, p.setting, ["ended_early"] * 3 + ["completed"] * 3)
    fine = await stays(wired.db, p, year, p.setting, ["completed"] * 9)
    few = await stays(wired.db, p, year, p.setting, ["completed"] * 2)
    for gender, placements in (("woman", ended), ("man", fine), ("another", few)):
        for placement in placements:
            await declared(client, p, placement.student_id, gender=gender)
    await a_request(wired.db, p.id, round_id=year, student_id=ended[0].student_id)
    report = await got(client, f"reports/equality?{YEAR}", office(p.id))
    groups = next(c["groups"] for c in report["characteristics"] if c["characteristic"] == "gender")
    shown = {g["group"]: {o["outcome"]: o for o in g["outcomes"]} for g in groups}
    # Two are few; the smaller of the others goes with them, or the total would tell.
    assert {group: sorted(outcomes) for group, outcomes in shown.items()} == {
        "another": [],
        "man": ["concerns", "ended_early"],
        "woman": [],
    }
    early = shown["man"]["ended_early"]
    assert (early["share"]["count"], early["share"]["n"]) == (0, 9)
    assert early["ratio"]["ratio"] < 1 < early["ratio"]["high"]
    without = ["placements:read", "students:read"]
    assert (
        await client.get(f"/v1/reports/equality?{YEAR}", headers=office(p.id, without))
    ).status_code == 403
    member_of = member(p.id, p.university.id)
    assert (await client.get(f"/v1/reports/equality?{YEAR}", headers=member_of)).status_code == 403
