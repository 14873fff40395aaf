"""What every kept resource does at the door, whatever it is."""

import asyncio
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from services.placements.models.organisations import Organisation
from shared.db import Database
from shared.events.tables import events
from shared.ids import new_id
from tests.placements.bodies import NAMES, Kind, kind_of
from tests.placements.callers import member, office
from tests.placements.factories import Partnership, a_partnership, an_organisation


async def ready(db: Database, name: str) -> tuple[Partnership, Kind]:
    """A partnership in which the body is not there yet."""
    partnership = await a_partnership(db)
    if name == "requests":
        async with db.begin() as session:
            await session.delete(await session.merge(partnership.request))
    return partnership, kind_of(name, partnership)


async def news_of(db: Database, partnership_id: UUID) -> list[str]:
    statement = select(events.c.type).where(events.c.partnership_id == partnership_id).order_by(events.c.id)
    async with db.read() as connection:
        return list((await connection.execute(statement)).scalars())


@pytest.mark.parametrize("name", NAMES)
async def test_what_is_added_can_be_read_listed_and_found(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient, name: str
) -> None:
    p, kind = await ready(partnerships_db, name)
    named = {**kind.body, "external_ids": [{"system": "records", "value": "A/17"}]}
    added = await partnerships_client.post(f"/v1/{name}", json=named, headers=office(p.id))
    assert added.status_code == 201, added.text
    assert added.headers["etag"] == '"1"'
    one = await partnerships_client.get(added.headers["location"], headers=office(p.id))
    assert one.json() == added.json()
    assert kind.body.items() <= one.json().items() or name in {"rounds", "requests", "people"}
    assert one.json()["external_ids"] == named["external_ids"]
    found = await partnerships_client.get(f"/v1/{name}/external/records/A%2F17", headers=office(p.id))
    assert found.json() == one.json()
    listed = await partnerships_client.get(f"/v1/{name}?limit=200", headers=office(p.id))
    assert one.json() in listed.json()["items"]
    assert await news_of(partnerships_db, p.id) == ([kind.message] if kind.message else [])


@pytest.mark.parametrize("name", NAMES)
async def test_a_repeated_upsert_changes_nothing_and_tells_nobody(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient, name: str
) -> None:
    p, kind = await ready(partnerships_db, name)
    address = f"/v1/{name}/external/records/A-17"
    first = await partnerships_client.put(address, json=kind.body, headers=office(p.id))
    assert first.status_code == 201, first.text
    told = await news_of(partnerships_db, p.id)
    again = await partnerships_client.put(address, json=kind.body, headers=office(p.id))
    assert (again.status_code, again.headers["etag"], again.json()) == (200, '"1"', first.json())
    assert await news_of(partnerships_db, p.id) == told
    body = {**kind.body, **kind.change}
    other = await partnerships_client.put(address, json=body, headers=office(p.id))
    assert (other.status_code, other.headers["etag"]) == (200, '"2"')
    assert other.json()["id"] == first.json()["id"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_change_is_based_on_the_version_that_was_read(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient, name: str
) -> None:
    p, kind = await ready(partnerships_db, name)
    added = await partnerships_client.post(f"/v1/{name}", json=kind.body, headers=office(p.id))
    where = added.headers["location"]

    async def change(**headers: str) -> httpx.Response:
        return await partnerships_client.patch(where, json=kind.change, headers=office(p.id) | headers)

    assert (await change()).status_code == 428
    assert (await change(**{"If-Match": '"7"'})).status_code == 412
    changed = await change(**{"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"'), changed.text
    unchanged = await change(**{"If-Match": '"2"'})
    assert (unchanged.status_code, unchanged.headers["etag"]) == (200, '"2"')
    known = await partnerships_client.get(where, headers=office(p.id) | {"If-None-Match": '"2"'})
    assert known.status_code == 304


@pytest.mark.parametrize("name", NAMES)
async def test_another_partnership_sees_and_changes_nothing(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient, name: str
) -> None:
    p, kind = await ready(partnerships_db, name)
    stranger = office(new_id())
    named = {**kind.body, "external_ids": [{"system": "records", "value": "A-17"}]}
    added = await partnerships_client.post(f"/v1/{name}", json=named, headers=office(p.id))
    where = added.headers["location"]
    refused = await partnerships_client.patch(where, json=kind.change, headers=stranger | {"If-Match": "*"})
    statuses = [
        (await partnerships_client.get(where, headers=stranger)).status_code,
        (await partnerships_client.get(f"/v1/{name}/external/records/A-17", headers=stranger)).status_code,
        refused.status_code,
    ]
    assert statuses == [404, 404, 404]
    assert (await partnerships_client.get(f"/v1/{name}", headers=stranger)).json()["items"] == []


@pytest.mark.parametrize("name", [n for n in NAMES if n not in {"organisations", "rounds"}])
async def test_nothing_can_refer_into_another_partnership(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient, name: str
) -> None:
    _, kind = await ready(partnerships_db, name)
    refused = await partnerships_client.post(f"/v1/{name}", json=kind.body, headers=office(new_id()))
    assert refused.status_code == 422
    assert {e["code"] for e in refused.json()["errors"]} == {"unknown_reference"}


@pytest.mark.parametrize("name", NAMES)
async def test_a_third_organisation_may_not_write_what_is_not_its_own(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient, name: str
) -> None:
    p, kind = await ready(partnerships_db, name)
    third = await an_organisation(partnerships_db, p.id, name="Third Trust", org_type="pvi")
    refused = await partnerships_client.post(f"/v1/{name}", json=kind.body, headers=member(p.id, third.id))
    if name == "requests":  # it may not even know of the student
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/student_id")
    else:
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    address = f"/v1/{name}/external/records/A-17"
    assert (await partnerships_client.put(address, json=kind.body, headers=office(p.id))).status_code == 201
    theirs = await partnerships_client.put(address, json=kind.body, headers=member(p.id, third.id))
    assert theirs.status_code in {403, 422}


@pytest.mark.parametrize("name", NAMES)
async def test_every_fault_of_a_body_is_listed_and_nothing_is_echoed(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient, name: str
) -> None:
    p, kind = await ready(partnerships_db, name)
    body = {**dict.fromkeys(kind.body, "zz-secret\x00"), "surprise": 1}
    refused = await partnerships_client.post(f"/v1/{name}", json=body, headers=office(p.id))
    assert refused.status_code == 422
    assert "zz-secret" not in refused.text
    pointers = {e["pointer"].split("/")[1] for e in refused.json()["errors"]}
    assert pointers == {*kind.body, "surprise"}


@pytest.mark.parametrize("name", NAMES)
async def test_a_member_that_must_have_a_value_cannot_be_changed_to_null(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient, name: str
) -> None:
    p, kind = await ready(partnerships_db, name)
    added = await partnerships_client.post(f"/v1/{name}", json=kind.body, headers=office(p.id))
    member_ = {"students": "email", "offers": "places", "settings": "location"}.get(
        name, next(iter(kind.change))
    )
    headers = office(p.id) | {"If-Match": "*"}
    refused = await partnerships_client.patch(
        added.headers["location"], json={member_: None}, headers=headers
    )
    assert refused.status_code == 422


async def test_a_repeated_request_with_one_key_adds_one_thing(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    partnership = new_id()
    headers = office(partnership)
    body = {"name": "Hill Trust", "org_type": "nhs_trust"}
    first = await partnerships_client.post("/v1/organisations", json=body, headers=headers)
    again = await partnerships_client.post("/v1/organisations", json=body, headers=headers)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    listed = await partnerships_client.get("/v1/organisations", headers=headers)
    assert len(listed.json()["items"]) == 1


async def test_two_senders_of_one_new_name_make_one_thing(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    partnership = new_id()
    body = {"name": "Hill Trust", "org_type": "nhs_trust"}
    answers = await asyncio.gather(
        *(
            partnerships_client.put(
                "/v1/organisations/external/records/H", json=body, headers=office(partnership)
            )
            for _ in range(6)
        )
    )
    assert sorted(a.status_code for a in answers) == [200] * 5 + [201]
    async with partnerships_db.read() as connection:
        ours = select(func.count()).where(Organisation.partnership_id == partnership)
        count = await connection.execute(ours)
    assert count.scalar_one() == 1


async def test_an_external_id_stands_for_one_thing(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    partnership = new_id()
    body = {"name": "Hill", "org_type": "pvi", "external_ids": [{"system": "records", "value": "H"}]}
    await partnerships_client.post("/v1/organisations", json=body, headers=office(partnership))
    taken = await partnerships_client.post("/v1/organisations", json=body, headers=office(partnership))
    assert (taken.status_code, taken.json()["code"]) == (409, "external_id_taken")
    listed = await partnerships_client.get("/v1/organisations", headers=office(partnership))
    assert len(listed.json()["items"]) == 1


async def test_a_caller_without_the_scope_is_told_which_one_is_missing(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    headers = office(new_id(), scopes=["placements:read"])
    assert (await partnerships_client.get("/v1/settings", headers=headers)).status_code == 200
    refused = await partnerships_client.get("/v1/students", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    body = {"name": "Hill", "org_type": "pvi"}
    assert (
        await partnerships_client.post("/v1/organisations", json=body, headers=headers)
    ).status_code == 403


async def test_a_partner_system_must_send_an_idempotency_key(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    headers = member(p.id, p.council.id)
    del headers["Idempotency-Key"]
    refused = await partnerships_client.post(
        "/v1/settings", json=kind_of("settings", p).body, headers=headers
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_required")


async def test_a_programme_belongs_to_the_students_own_university(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    other = await an_organisation(partnerships_db, p.id, name="Other University", org_type="hei")
    body = kind_of("students", p).body | {"organisation_id": str(other.id)}
    refused = await partnerships_client.post("/v1/students", json=body, headers=office(p.id))
    assert refused.json()["errors"][0]["code"] == "programme_of_another_organisation"


async def test_a_second_round_of_one_name_in_a_year_is_refused(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    body = kind_of("rounds", p).body
    await partnerships_client.post("/v1/rounds", json=body, headers=office(p.id))
    refused = await partnerships_client.post("/v1/rounds", json=body, headers=office(p.id))
    assert (refused.status_code, refused.json()["code"]) == (409, "round_exists")
