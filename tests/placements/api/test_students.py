"""Who may know of a student."""

import httpx

from shared.db import Database
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.factories import (
    a_partnership,
    a_placement,
    a_student,
    a_university,
    an_organisation,
)
from tests.placements.season import a_proposal


async def seen_by(client: httpx.AsyncClient, headers: dict[str, str], student_id: object) -> list[bool]:
    """Whether the caller sees the student alone, and in the list."""
    one = await client.get(f"/v1/students/{student_id}", headers=headers)
    assert one.status_code in {200, 404}
    listed = (await client.get("/v1/students", headers=headers)).json()["items"]
    return [one.status_code == 200, str(student_id) in [item["id"] for item in listed]]


async def test_a_university_sees_its_own_students_and_no_others(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    other = await a_university(partnerships_db, p.id, name="Other University")
    theirs = await a_student(partnerships_db, p.id, organisation_id=other.id)
    mine = member(p.id, p.university.id)
    assert await seen_by(partnerships_client, mine, p.student.id) == [True, True]
    assert await seen_by(partnerships_client, mine, theirs.id) == [False, False]
    assert await seen_by(partnerships_client, office(p.id), theirs.id) == [True, True]


async def test_a_host_sees_the_students_it_is_asked_to_host(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    bystander = await an_organisation(partnerships_db, p.id, name="Bystander")
    host = member(p.id, p.council.id)
    assert await seen_by(partnerships_client, host, p.student.id) == [False, False]
    await a_placement(partnerships_db, p)
    assert await seen_by(partnerships_client, host, p.student.id) == [True, True]
    assert await seen_by(partnerships_client, member(p.id, bystander.id), p.student.id) == [False, False]


async def test_a_host_sees_the_student_of_a_published_proposal(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    host = member(p.id, p.council.id)
    draft = await a_proposal(partnerships_db, p, status="draft")
    assert await seen_by(partnerships_client, host, p.student.id) == [False, False]
    async with partnerships_db.begin() as session:
        (await session.merge(draft)).status = "published"
    assert await seen_by(partnerships_client, host, p.student.id) == [True, True]


async def test_a_host_does_not_see_the_student_of_a_cancelled_placement(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    await a_placement(partnerships_db, p, status="cancelled")
    assert await seen_by(partnerships_client, member(p.id, p.council.id), p.student.id) == [False, False]


async def test_those_in_a_placement_see_its_student_whatever_their_organisation(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    await a_placement(partnerships_db, p)
    for role, person_id in (
        ("practice_educator", p.educator_id),
        ("tutor", p.tutor.id),
        ("on_site_supervisor", p.supervisor.id),
    ):
        caller = a_person_as(role, person_id, partnership_id=p.id)
        assert await seen_by(partnerships_client, caller, p.student.id) == [True, True], role
        stranger = a_person_as(role, new_id(), partnership_id=p.id, organisation_id=p.council.id)
        assert await seen_by(partnerships_client, stranger, p.student.id) == [False, False], role


async def test_a_student_sees_nobody_but_self(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    fellow = await a_student(partnerships_db, p.id, organisation_id=p.university.id)
    self_ = a_person_as("student", p.student.id, partnership_id=p.id, organisation_id=p.university.id)
    assert await seen_by(partnerships_client, self_, p.student.id) == [True, True]
    assert await seen_by(partnerships_client, self_, fellow.id) == [False, False]


async def test_a_coordinator_acts_for_the_organisation_and_a_tutor_does_not(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    theirs = {"partnership_id": p.id, "organisation_id": p.university.id}
    coordinator = a_person_as("coordinator", new_id(), **theirs)
    assert await seen_by(partnerships_client, coordinator, p.student.id) == [True, True]
    assert (
        await seen_by(partnerships_client, a_person_as("tutor", new_id(), **theirs), p.student.id)
        == [False] * 2
    )
    address, headers = f"/v1/students/{p.student.id}", coordinator | {"If-Match": "*"}
    changed = await partnerships_client.patch(address, json={"intake_year": 2026}, headers=headers)
    assert changed.status_code == 200


async def test_a_host_that_sees_a_student_may_not_change_the_record(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    await a_placement(partnerships_db, p)
    headers = member(p.id, p.council.id) | {"If-Match": "*"}
    refused = await partnerships_client.patch(
        f"/v1/students/{p.student.id}", json={"email": "other@example.org"}, headers=headers
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
