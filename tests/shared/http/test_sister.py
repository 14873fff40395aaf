"""How one service asks another: in time, again only where that is safe, and never while it is known to be down."""

import asyncio
import json
import time

import httpx
import pytest
import stamina

from shared.http import context
from shared.http.sister import Breaker, Sister, SisterDown, SisterRefused


class Tokens:
    async def token(self, partnership_id=None):
        return f"token-for-{partnership_id}"


class Scripted:
    """A sister that answers from a list and remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def sister_that(script: Scripted, **settings) -> Sister:
    http = httpx.AsyncClient(transport=httpx.MockTransport(script))
    return Sister("educators", "http://educators.test/", http, Tokens(), **settings)


@pytest.fixture(autouse=True)
def quick_retries():
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


async def test_a_question_carries_token_trace_and_deadline():
    script = Scripted(httpx.Response(200, json={"a": 1}))
    before = context.deadline()
    context.enter("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 2.0)
    assert await sister_that(script).ask("GET", "/v1/educators", params={"limit": 5}) == {"a": 1}
    context.leave(before)
    request = script.asked[0]
    assert str(request.url) == "http://educators.test/v1/educators?limit=5"
    assert request.headers["authorization"] == "Bearer token-for-None"
    assert request.headers["traceparent"].startswith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
    assert 0 < int(request.headers["practicum-deadline-ms"]) <= 2000


@pytest.mark.parametrize(
    "failure", [httpx.Response(503), httpx.ConnectError("no"), httpx.ReadTimeout("late")]
)
async def test_what_is_safe_is_tried_again(failure):
    script = Scripted(failure, httpx.Response(200, json=1))
    assert await sister_that(script).ask("PUT", "/v1/seats/1", json={}) == 1
    assert len(script.asked) == 2


async def test_a_post_is_tried_again_only_with_an_idempotency_key():
    once = Scripted(httpx.ConnectError("no"), httpx.Response(200, json=1))
    with pytest.raises(SisterDown):
        await sister_that(once).ask("POST", "/v1/decisions", json={})
    assert len(once.asked) == 1
    keyed = Scripted(httpx.ConnectError("no"), httpx.Response(200, json=1))
    assert await sister_that(keyed).ask("POST", "/v1/decisions", json={}, idempotency_key="k1") == 1
    assert [r.headers["idempotency-key"] for r in keyed.asked] == ["k1", "k1"]


async def test_a_refusal_is_told_and_not_repeated():
    problem = {"code": "educator_full", "status": 409}
    body = httpx.Response(
        409, content=json.dumps(problem), headers={"content-type": "application/problem+json"}
    )
    script = Scripted(body)
    with pytest.raises(SisterRefused) as refused:
        await sister_that(script).ask("PUT", "/v1/seats/1", json={})
    assert (refused.value.status, refused.value.code) == (409, "educator_full")
    assert len(script.asked) == 1


async def test_a_sister_that_is_down_is_left_alone_for_a_while():
    script = Scripted(*[httpx.ConnectError("no")] * 6)
    sister = sister_that(script, attempts=1, breaker=Breaker(failures=2, rest=60))
    for _ in range(5):
        with pytest.raises(SisterDown):
            await sister.ask("POST", "/v1/decisions", json={})
    assert len(script.asked) == 2


async def test_an_answer_without_a_body_is_none():
    assert await sister_that(Scripted(httpx.Response(204))).ask("DELETE", "/v1/seats/1") is None


async def test_nobody_waits_longer_than_they_said_all_attempts_together():
    asked = []

    async def hangs(request):
        asked.append(request)
        await asyncio.sleep(60)

    http = httpx.AsyncClient(transport=httpx.MockTransport(hangs))
    sister = Sister("educators", "http://educators.test/", http, Tokens())
    before = context.deadline()
    context.enter(None, 30.0)
    began = time.monotonic()
    with pytest.raises(SisterDown):
        await sister.ask("GET", "/v1/educators", timeout=0.1)
    assert time.monotonic() - began < 2
    context.leave(before)
    assert asked
