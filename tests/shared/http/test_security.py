"""A route says which scope it needs; the door checks the token and the scope."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, Request

from shared.auth.principal import Principal
from shared.auth.scopes import SCOPES
from shared.http import problems
from shared.http.security import Needs
from shared.ids import new_id
from tests.principals import a_verifier, headers_for, token_for


def small_app() -> FastAPI:
    app = FastAPI()
    app.state.verifier = a_verifier()
    problems.install(app, {})

    @app.get("/placements")
    async def placements(principal: Annotated[Principal, Needs("placements:read")], request: Request) -> str:
        kept: Principal = request.state.principal
        return f"{principal.client_id}, {kept.client_id}"

    @app.post("/runs")
    async def runs(
        principal: Annotated[Principal, Needs("placements:write", "matching:run")], body: dict[str, int]
    ) -> str:
        return f"{principal.client_id} {len(body)}"

    @app.get("/me")
    async def me(principal: Annotated[Principal, Needs()]) -> str:
        return principal.subject

    return app


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(small_app()), base_url="http://test"
    ) as client:
        yield client


PARTNERSHIP = new_id()


async def test_a_token_with_the_scope_opens_the_door(http: httpx.AsyncClient):
    headers = headers_for(partnership_id=PARTNERSHIP, scopes=["placements:read"])
    answer = await http.get("/placements", headers=headers)
    assert (answer.status_code, answer.json()) == (200, "test-client, test-client")


async def test_a_token_without_the_scope_is_told_which_one(http: httpx.AsyncClient):
    answer = await http.get(
        "/placements", headers=headers_for(partnership_id=PARTNERSHIP, scopes=["hubs:read"])
    )
    assert answer.status_code == 403
    assert answer.json()["code"] == "insufficient_scope"
    assert answer.json()["scope"] == "placements:read"
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="practicum", error="insufficient_scope", scope="placements:read"'
    )


async def test_all_the_scopes_a_route_needs_must_be_there(http: httpx.AsyncClient):
    some = headers_for(partnership_id=PARTNERSHIP, scopes=["placements:write"])
    both = headers_for(partnership_id=PARTNERSHIP, scopes=["placements:write", "matching:run"])
    assert (await http.post("/runs", headers=some, json={})).json()["scope"] == "matching:run"
    assert (await http.post("/runs", headers=both, json={})).status_code == 200


async def test_a_bad_token_is_told_why_and_not_repeated(http: httpx.AsyncClient):
    answer = await http.get("/placements", headers={"Authorization": "Bearer not-a-token"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid_token"
    assert answer.headers["www-authenticate"].startswith('Bearer realm="practicum", error="invalid_token", ')
    assert "not-a-token" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "Basic dXNlcjpwYXNz")],
        [("Authorization", "Bearer")],
        [("Authorization", "Bearer a"), ("Authorization", "Bearer b")],
    ],
    ids=["none", "another scheme", "no token", "two headers"],
)
async def test_without_one_bearer_token_the_door_asks_for_it(
    http: httpx.AsyncClient, headers: list[tuple[str, str]]
):
    answer = await http.get("/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="practicum"'


async def test_a_token_in_the_address_is_not_looked_at(http: httpx.AsyncClient):
    token = token_for(partnership_id=PARTNERSHIP, scopes=SCOPES)
    assert (await http.get("/me", params={"access_token": token})).status_code == 401


async def test_the_word_bearer_may_be_written_in_any_letters(http: httpx.AsyncClient):
    token = token_for(partnership_id=PARTNERSHIP)
    assert (await http.get("/me", headers={"Authorization": f"bearer {token}"})).status_code == 200


async def test_who_is_calling_comes_before_what_they_send(http: httpx.AsyncClient):
    assert (await http.post("/runs", json=["wrong"])).status_code == 401


def test_a_scope_that_does_not_exist_is_found_when_the_module_is_loaded():
    with pytest.raises(ValueError, match="placement:read"):
        Needs("placement:read")


def test_the_documentation_names_the_scope_of_each_operation_and_describes_them_all():
    document = small_app().openapi()
    scheme = document["components"]["securitySchemes"]["oauth2"]
    assert scheme["flows"]["clientCredentials"]["scopes"] == dict(SCOPES)
    assert document["paths"]["/placements"]["get"]["security"] == [{"oauth2": ["placements:read"]}]
    assert document["paths"]["/me"]["get"]["security"] == [{"oauth2": []}]
