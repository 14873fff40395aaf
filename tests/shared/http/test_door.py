"""What every service's door does, seen from outside."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from shared.db import Database
from shared.ids import new_id
from tests.principals import headers_for
from tests.shared.http.small_service import a_small_app, calling, things_in

PARTNERSHIP = new_id()
SCOPES = ("students:read", "students:write")


def office(**changes):
    claims = {"partnership_id": PARTNERSHIP, "roles": ("partnership",), "scopes": SCOPES, **changes}
    return headers_for(**claims)


@pytest.fixture
async def app(kit_db: Database) -> FastAPI:
    return await a_small_app(kit_db)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app) as client:
        yield client


def is_problem(response: httpx.Response, status: int, code: str) -> dict:
    body: dict = response.json()
    assert (response.status_code, body["code"]) == (status, code), body
    assert response.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "detail", "instance", "trace_id"} <= body.keys()
    assert body["status"] == status
    assert body["trace_id"] == response.headers["x-trace-id"]
    return body


async def test_the_frameworks_own_refusals_are_problems_too(client):
    is_problem(await client.get("/nowhere"), 404, "not_found")
    is_problem(await client.put("/livez"), 405, "method_not_allowed")
    is_problem(await client.get("/v1/refuse"), 409, "invalid_state")
    is_problem(await client.get("/v1/things"), 401, (await client.get("/v1/things")).json()["code"])


async def test_a_crash_tells_nothing_but_its_trace(client, capsys):
    body = is_problem(await client.get("/v1/crash"), 500, "internal_error")
    assert "Alex" not in str(body)


async def test_every_fault_of_the_input_is_listed_and_none_is_echoed(client):
    sent = {"nom": "Alex Example", "name": "x" * 201, "Alex Example": 1}
    response = await client.post("/v1/things", json=sent, headers=office())
    body = is_problem(response, 422, "invalid_input")
    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [
        ("/name", "string_too_long"),
        ("/nom", "extra_forbidden"),
        ("", "extra_forbidden"),
    ]
    assert "Alex" not in response.text


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"name": "a\\u0000b"}', 422, "invalid_input"),
        (b'{"name": "\\ud800"}', 422, "invalid_input"),
        (b'{"name": "x"', 400, "json_invalid"),
        (b'{"name": "\xff"}', 400, "malformed"),
        (b'{"name": NaN}', 422, "invalid_input"),
        (b'{"name": "' + b"x" * 3000 + b'"}', 413, "too_large"),
        (b"null", 422, "invalid_input"),
    ],
    ids=["nul", "surrogate", "cut off", "not utf-8", "not a number", "large", "null"],
)
async def test_rubbish_is_refused_clearly_and_changes_nothing(client, kit_db, content, status, code):
    headers = office() | {"content-type": "application/json"}
    is_problem(await client.post("/v1/things", content=content, headers=headers), status, code)
    assert await things_in(kit_db) == 0


async def test_a_body_nested_beyond_reason_is_refused(client):
    response = await client.post(
        "/v1/things", content=b"[" * 1900, headers=office() | {"content-type": "application/json"}
    )
    assert response.status_code == 400


async def test_a_body_that_grows_past_the_cap_while_it_streams_is_refused(client, kit_db):
    async def endless():
        for _ in range(10):
            yield b" " * 1000

    headers = office() | {"content-type": "application/json"}
    is_problem(await client.post("/v1/things", content=endless(), headers=headers), 413, "too_large")


async def test_another_media_type_is_refused(client):
    response = await client.post(
        "/v1/things", content=b"name=x", headers=office() | {"content-type": "text/plain"}
    )
    is_problem(response, 415, "unsupported_media_type")


async def test_a_named_constraint_is_a_conflict_and_an_unknown_one_our_fault(client):
    assert (await client.post("/v1/things", json={"name": "one"}, headers=office())).status_code == 201
    is_problem(await client.post("/v1/things", json={"name": "one"}, headers=office()), 409, "name_taken")
    is_problem(
        await client.post("/v1/things", json={"name": "nameless"}, headers=office()), 500, "internal_error"
    )


async def test_the_same_request_acts_once(client, kit_db):
    headers = office()
    first = await client.post("/v1/things", json={"name": "one"}, headers=headers)
    again = await client.post("/v1/things", json={"name": "one"}, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert "idempotent-replayed" not in first.headers
    other = await client.post("/v1/things", json={"name": "two"}, headers=headers)
    is_problem(other, 422, "idempotency_key_reused")
    assert await things_in(kit_db) == 1


async def test_the_same_request_while_the_first_is_under_way_is_told_to_wait(client, kit_db):
    headers = office()
    calls = [client.post("/v1/things", json={"name": "slow"}, headers=headers) for _ in range(2)]
    answers = sorted(await asyncio.gather(*calls), key=lambda a: a.status_code)
    assert [a.status_code for a in answers] == [201, 409]
    is_problem(answers[1], 409, "request_in_flight")
    assert await things_in(kit_db) == 1


async def test_a_failed_request_does_not_use_up_its_key(client):
    headers = office()
    await client.post("/v1/things", json={"name": "one"}, headers=office())
    is_problem(await client.post("/v1/things", json={"name": "one"}, headers=headers), 409, "name_taken")
    assert (await client.post("/v1/things", json={"name": "two"}, headers=headers)).status_code == 201


async def test_a_partner_system_must_send_a_key(client):
    headers = office(roles=("partnership", "system"))
    headers.pop("Idempotency-Key")
    response = await client.post("/v1/things", json={"name": "one"}, headers=headers)
    is_problem(response, 400, "idempotency_key_required")


async def test_a_change_must_name_the_version_it_is_based_on(client):
    made = await client.post("/v1/things", json={"name": "one"}, headers=office())
    where, seen = made.headers["location"], {"If-Match": made.headers["etag"]}
    is_problem(await client.patch(where, json={"name": "two"}, headers=office()), 428, "version_required")
    assert (await client.patch(where, json={"name": "two"}, headers=office() | seen)).status_code == 200
    is_problem(
        await client.patch(where, json={"name": "three"}, headers=office() | seen), 412, "stale_version"
    )
    is_problem(
        await client.patch(where, json={"name": "x"}, headers=office() | {"If-Match": "odd"}),
        412,
        "stale_version",
    )


async def test_an_unchanged_thing_is_not_sent_again(client):
    made = await client.post("/v1/things", json={"name": "one"}, headers=office())
    headers = office() | {"If-None-Match": made.headers["etag"]}
    again = await client.get(made.headers["location"], headers=headers)
    assert (again.status_code, again.content) == (304, b"")


async def test_pages_show_everything_once_and_a_cursor_is_good_for_its_own_list_only(client):
    names = [f"thing {n}" for n in range(7)]
    for name in names:
        assert (await client.post("/v1/things", json={"name": name}, headers=office())).status_code == 201
    seen, url = [], "/v1/things?limit=3"
    while url:
        answer = await client.get(url, headers=office())
        seen += [t["name"] for t in answer.json()["items"]]
        url = answer.links.get("next", {}).get("url")
    assert seen == names
    cursor = (await client.get("/v1/things?limit=3", headers=office())).json()["next_cursor"]
    is_problem(await client.get(f"/v1/things?cursor={cursor[:-4]}", headers=office()), 400, "bad_cursor")
    is_problem(await client.get("/v1/things?cursor=%F0%9F%8E%93", headers=office()), 400, "bad_cursor")
    is_problem(await client.get("/v1/things?limit=201", headers=office()), 422, "invalid_input")


async def test_another_partnerships_thing_is_not_there(client):
    made = await client.post("/v1/things", json={"name": "one"}, headers=office())
    stranger = office(partnership_id=new_id())
    is_problem(await client.get(made.headers["location"], headers=stranger), 404, "not_found")
    assert (await client.get("/v1/things", headers=stranger)).json()["items"] == []


async def test_the_callers_trace_is_taken_over(client):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await client.get("/v1/refuse", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.json()["trace_id"] == trace


async def test_readiness_is_red_without_the_database_and_while_draining(app, client, kit_db):
    assert (await client.get("/readyz")).status_code == 200
    app.state.readiness.draining = True
    draining = await client.get("/readyz")
    assert (draining.status_code, draining.json()["accepting"]) == (503, False)
    assert (await client.get("/livez")).status_code == 200
    assert b"practicum_requests_total" in (await client.get("/metrics")).content
