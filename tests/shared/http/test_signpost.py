"""The short way to a route answers as FastAPI does."""

import httpx
import pytest
from fastapi import FastAPI

from shared.db import Database
from shared.http.signpost import Signpost
from shared.ids import new_id
from tests.principals import headers_for
from tests.shared.http.small_service import a_small_app, calling

ASKED = (
    "/v1/things",
    "/v1/things?limit=1",
    "/v1/things?limit=0",
    "/v1/things?limit=many",
    "/v1/things?cursor=rubbish",
    "/v1/things?unknown=1",
    "/v1/things/",
    f"/v1/things/{new_id()}",
    "/v1/things/no-id",
    "/v1/things/no-id/more",
    "/v1/refuse",
    "/v1/crash",
    "/v1",
    "/",
    "//v1//things",
)


@pytest.fixture
async def both(kit_db: Database) -> tuple[FastAPI, FastAPI]:
    short, long = await a_small_app(kit_db), await a_small_app(kit_db)
    assert isinstance(long.router.routes.pop(0), Signpost)
    return short, long


def comparable(response: httpx.Response) -> tuple[int, str, dict[str, str]]:
    trace = response.headers["x-trace-id"]
    headers = {name: value.replace(trace, "") for name, value in response.headers.items()}
    return response.status_code, response.text.replace(trace, ""), headers


@pytest.mark.parametrize("scopes", [("students:read", "students:write"), (), None])
async def test_both_ways_answer_the_same(both, scopes):
    headers = (
        {} if scopes is None else headers_for(partnership_id=new_id(), roles=["partnership"], scopes=scopes)
    )
    async with calling(both[0], **headers) as short, calling(both[1], **headers) as long:
        await short.post("/v1/things", json={"name": "a"})
        await short.post("/v1/things", json={"name": "b"}, headers={"Idempotency-Key": "another"})
        for path in ASKED:
            for method in ("GET", "DELETE"):
                answers = [comparable(await client.request(method, path)) for client in (short, long)]
                assert answers[0] == answers[1], (method, path)
