"""Who may know of the people around placements."""

from typing import Any

import httpx

from shared.db import Database
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.factories import a_partnership, a_person, a_placement


async def names_seen(client: httpx.AsyncClient, headers: dict[str, str]) -> set[str]:
    answer = await client.get("/v1/people", headers=headers)
    return {item["full_name"] for item in answer.json()["items"]}


async def test_an_organisation_sees_its_own_people_and_those_it_shares_a_placement_with(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    council = member(p.id, p.council.id)
    assert await names_seen(partnerships_client, council) == {"Sue Example"}
    await a_placement(partnerships_db, p)
    assert await names_seen(partnerships_client, council) == {"Sue Example", "Tom Example"}
    assert await names_seen(partnerships_client, office(p.id)) == {"Sue Example", "Tom Example"}


async def test_a_student_sees_who_teaches_them(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    educator: dict[str, Any] = {
        "roles": ("practice_educator",),
        "full_name": "Pat Example",
        "educator_id": p.educator_id,
    }
    await a_person(partnerships_db, p.id, organisation_id=p.council.id, **educator)
    await a_person(partnerships_db, p.id, organisation_id=p.council.id, full_name="Nobody Near")
    await a_placement(partnerships_db, p)
    student = a_person_as("student", p.student.id, partnership_id=p.id, organisation_id=p.university.id)
    assert await names_seen(partnerships_client, student) == {"Tom Example", "Sue Example", "Pat Example"}


async def test_a_person_of_the_office_is_written_by_the_office_only(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    body = {"full_name": "Olu Example", "email": "olu@example.org", "roles": ["programme_manager"]}
    refused = await partnerships_client.post("/v1/people", json=body, headers=member(p.id, p.council.id))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert (await partnerships_client.post("/v1/people", json=body, headers=office(p.id))).status_code == 201


async def test_one_educator_is_one_person(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    body = {
        "full_name": "Pat Example",
        "email": "pat@example.org",
        "roles": ["practice_educator"],
        "educator_id": str(new_id()),
    }
    assert (await partnerships_client.post("/v1/people", json=body, headers=office(p.id))).status_code == 201
    refused = await partnerships_client.post("/v1/people", json=body, headers=office(p.id))
    assert (refused.status_code, refused.json()["code"]) == (409, "educator_already_linked")
