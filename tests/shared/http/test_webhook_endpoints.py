from typing import Any

import httpx
from sqlalchemy import select, text

from shared.db import Database
from shared.events.webhooks import Deliverer
from shared.http.app import create_app
from shared.http.webhook_endpoints import router
from shared.http.writing import idempotency_keys
from shared.ids import new_id
from tests.shared.events.news import (
    COUNCIL,
    OTHER_PARTNERSHIP,
    PARTNERSHIP,
    UNIVERSITY,
    running,
    until,
    value,
)
from tests.shared.events.receivers import PUBLIC, Receiver, verifies
from tests.shared.events.sisters import a_wiring, bearer, client_of

PATH = "/v1/webhook-endpoints"


def an_app(db: Database, *, allow_private: bool = False) -> httpx.AsyncClient:
    return client_of(
        create_app(
            name="sister",
            title="Sister",
            summary="Webhooks.",
            wiring=a_wiring(db, allow_private_webhooks=allow_private),
            routers=[router],
            conflicts={},
        )
    )


def as_office(key: str | None = None) -> dict[str, str]:
    return {**bearer(partnership_id=PARTNERSHIP), "Idempotency-Key": key or str(new_id())}


def as_university() -> dict[str, str]:
    who = bearer(partnership_id=PARTNERSHIP, organisation_id=UNIVERSITY, roles=["system"])
    return {**who, "Idempotency-Key": str(new_id())}


async def made(
    client: httpx.AsyncClient, headers: dict[str, str] | None = None, **body: Any
) -> dict[str, Any]:
    body = {"url": "https://hooks.example.org/in", **body}
    answer = await client.post(PATH, json=body, headers=headers or as_office())
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_an_endpoint_is_made_and_its_secret_shown_once(kit_db: Database) -> None:
    async with an_app(kit_db) as client:
        headers = as_office()
        body = {"url": "https://hooks.example.org/in", "types": ["thing.happened"]}
        answer = await client.post(PATH, json=body, headers=headers)
        again = await client.post(PATH, json=body, headers=headers)
        endpoint = answer.json()
        seen = await client.get(answer.headers["location"], headers=as_office())
        listed = (await client.get(PATH, headers=as_office())).json()
    assert answer.status_code == 201
    assert endpoint.pop("secret").startswith("whsec_")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == {**endpoint, "secret": None}
    assert seen.json() == endpoint
    assert listed == {"items": [endpoint], "next_cursor": None}
    assert (endpoint["state"], endpoint["disabled_at"], endpoint["types"]) == (
        "enabled",
        None,
        ["thing.happened"],
    )
    assert seen.headers["etag"] == '"1"'


async def test_a_new_endpoint_is_pinged_and_the_attempt_can_be_looked_up(kit_db: Database) -> None:
    receiver = Receiver(200)
    async with an_app(kit_db) as client, receiver.client() as http:
        endpoint = await made(client)

        async def logged() -> bool:
            return await value(kit_db, "select count(*) from webhook_attempts") == 1

        async with running(Deliverer(kit_db, http, look_up=PUBLIC, poll=0.02).run):
            await until(logged)
        log = (await client.get(f"{PATH}/{endpoint['id']}/attempts", headers=as_office())).json()["items"]
    assert verifies(endpoint["secret"], receiver.requests[0])
    assert [(item["type"], item["number"], item["status"], item["error"], item["state"]) for item in log] == [
        ("webhook.ping", 1, 200, None, "delivered")
    ]
    assert log[0]["event_id"] == receiver.requests[0].headers["webhook-id"]


async def test_an_endpoint_is_changed_disabled_and_enabled(kit_db: Database) -> None:
    async with an_app(kit_db) as client:
        endpoint = await made(client)
        path = f"{PATH}/{endpoint['id']}"
        changed = await client.patch(
            path, json={"types": ["a.b"], "state": "disabled"}, headers={**as_office(), "If-Match": '"1"'}
        )
        assert changed.status_code == 200
        assert (changed.json()["types"], changed.json()["state"], changed.json()["disabled_reason"]) == (
            ["a.b"],
            "disabled",
            "owner",
        )
        stale = await client.patch(
            path, json={"state": "enabled"}, headers={**as_office(), "If-Match": '"1"'}
        )
        assert stale.status_code == 412
        careless = await client.patch(path, json={"state": "enabled"}, headers=as_office())
        assert careless.status_code == 428
        enabled = await client.patch(
            path, json={"state": "enabled"}, headers={**as_office(), "If-Match": '"2"'}
        )
    assert (enabled.json()["state"], enabled.json()["types"]) == ("enabled", ["a.b"])
    assert enabled.headers["etag"] == '"3"'


async def test_a_rotation_gives_a_new_secret_and_keeps_the_old_for_a_day(kit_db: Database) -> None:
    async with an_app(kit_db) as client:
        endpoint = await made(client)
        headers = {**as_office(), "If-Match": '"1"'}
        rotated = await client.post(f"{PATH}/{endpoint['id']}/rotation", headers=headers)
        again = await client.post(f"{PATH}/{endpoint['id']}/rotation", headers=headers)
    assert rotated.status_code == 200
    assert rotated.json()["secret"] != endpoint["secret"]
    assert again.json() == {**rotated.json(), "secret": None}
    async with kit_db.read() as connection:
        answers = (await connection.execute(select(idempotency_keys.c.body))).scalars().all()
        assert len(answers) == 2
        assert not any(b"whsec_" in body for body in answers)
        statement = (
            "select previous_secret, previous_secret_until - updated_at as lasts from webhook_endpoints"
        )
        row = (await connection.execute(text(statement))).one()
    assert row.previous_secret == endpoint["secret"]
    assert round(row.lasts.total_seconds() / 3600) == 24


async def test_a_deleted_endpoint_is_gone(kit_db: Database) -> None:
    async with an_app(kit_db) as client:
        endpoint = await made(client)
        path = f"{PATH}/{endpoint['id']}"
        assert (await client.delete(path, headers={**as_office(), "If-Match": "*"})).status_code == 204
        assert (await client.get(path, headers=as_office())).status_code == 404
        assert (await client.get(f"{path}/attempts", headers=as_office())).status_code == 404
    assert await value(kit_db, "select count(*) from webhook_deliveries") == 0


async def test_an_organisation_has_its_own_endpoints_and_the_office_sees_all(kit_db: Database) -> None:
    council = {**bearer(partnership_id=PARTNERSHIP, organisation_id=COUNCIL, roles=["system"])}
    elsewhere = bearer(partnership_id=OTHER_PARTNERSHIP)
    async with an_app(kit_db) as client:
        offices = await made(client)
        universitys = await made(client, as_university())

        async def seen(headers: dict[str, str]) -> set[str]:
            return {item["id"] for item in (await client.get(PATH, headers=headers)).json()["items"]}

        assert await seen(as_office()) == {offices["id"], universitys["id"]}
        assert await seen(as_university()) == {universitys["id"]}
        assert await seen(council) == set()
        assert await seen(elsewhere) == set()
        headers = {**council, "If-Match": "*", "Idempotency-Key": "k"}
        path = f"{PATH}/{universitys['id']}"
        answers = [
            await client.get(path, headers=headers),
            await client.patch(path, json={"state": "disabled"}, headers=headers),
            await client.delete(path, headers=headers),
            await client.post(f"{path}/rotation", headers=headers),
            await client.get(f"{path}/attempts", headers=headers),
        ]
    assert [answer.status_code for answer in answers] == [404] * 5


async def test_webhooks_are_not_for_people_nor_for_clients_of_nowhere(kit_db: Database) -> None:
    student = bearer(
        partnership_id=PARTNERSHIP, organisation_id=UNIVERSITY, person_id=new_id(), roles=["student"]
    )
    nowhere = {**bearer(partnership_id=PARTNERSHIP, roles=["system"]), "Idempotency-Key": "k"}
    unscoped = bearer(partnership_id=PARTNERSHIP, scopes=["changes:read"])
    async with an_app(kit_db) as client:
        for headers, code in ((student, "webhooks_not_for_people"), (nowhere, "no_organisation")):
            answers = [
                await client.post(PATH, json={"url": "https://hooks.example.org/"}, headers=headers),
                await client.get(PATH, headers=headers),
            ]
            assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, code)] * 2
        assert (await client.get(PATH, headers=unscoped)).json()["code"] == "insufficient_scope"


async def test_a_bad_endpoint_is_refused(kit_db: Database) -> None:
    fine = "https://hooks.example.org/"
    bad: list[tuple[dict[str, Any], str]] = [
        ({}, "/url"),
        ({"url": "http://hooks.example.org/in"}, "/url"),
        ({"url": "https://10.0.0.1/in"}, "/url"),
        ({"url": fine + "a" * 2000}, "/url"),
        ({"url": fine + "\x00"}, "/url"),
        ({"url": fine, "types": ["Jo Bloggs"]}, "/types/0"),
        ({"url": fine, "types": ["a.b"] * 51}, "/types"),
        ({"url": fine, "secret": "mine"}, "/secret"),
    ]
    async with an_app(kit_db) as client:
        for body, pointer in bad:
            answer = await client.post(PATH, json=body, headers=as_office())
            assert answer.status_code == 422, body
            assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
            assert "Bloggs" not in answer.text


async def test_in_a_sandbox_an_endpoint_may_be_local(kit_db: Database) -> None:
    async with an_app(kit_db, allow_private=True) as client:
        await made(client, url="http://localhost:9000/in")
