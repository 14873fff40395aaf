"""Keys of remote issuers are asked for rarely, shared, and used on while the issuer is down."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from shared.auth.keys import keys_in
from shared.auth.tokens import BadToken, TokenVerifier
from shared.clock import StoppedClock
from shared.http.discovery import LARGEST_DOCUMENT, IssuerSilent, discover
from shared.http.jwks import RemoteKeys
from shared.ids import new_id
from tests.principals import TEST_AUDIENCE, claims_for, signed

ISSUER = "https://idp.test"
NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)


def a_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


class RemoteIssuer:
    """An issuer at the other end of the wire, which counts how often it is asked for its keys."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.down = False
        self.metadata: dict[str, Any] = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if self.down:
            raise httpx.ConnectError("refused")
        if request.url.path == "/.well-known/oauth-authorization-server":
            return httpx.Response(200, json=self.metadata)
        self.asked += 1
        return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})


async def test_keys_are_found_by_discovery_and_kept_for_ten_minutes():
    issuer, clock = RemoteIssuer(a_key("one")), StoppedClock(NOW)
    keys = RemoteKeys(issuer.http, clock)
    first = await keys.key_of(ISSUER, "one")
    clock.move(timedelta(minutes=9, seconds=59))
    assert await keys.key_of(ISSUER, "one") is first
    assert issuer.asked == 1
    clock.move(timedelta(seconds=1))
    assert await keys.key_of(ISSUER, "one") is first
    assert issuer.asked == 2


async def test_a_new_key_is_found_at_once():
    issuer = RemoteIssuer(a_key("one"))
    keys = RemoteKeys(issuer.http, StoppedClock(NOW))
    await keys.key_of(ISSUER, "one")
    issuer.keys.append(a_key("two"))
    assert await keys.key_of(ISSUER, "two") is not None


async def test_an_unknown_key_is_asked_for_once_a_minute():
    issuer, clock = RemoteIssuer(a_key("one")), StoppedClock(NOW)
    keys = RemoteKeys(issuer.http, clock)
    await keys.key_of(ISSUER, "one")
    for _ in range(59):
        assert await keys.key_of(ISSUER, "made up") is None
        clock.move(timedelta(seconds=1))
    assert issuer.asked == 2
    clock.move(timedelta(seconds=1))
    assert await keys.key_of(ISSUER, "made up") is None
    assert issuer.asked == 3


async def test_a_thousand_made_up_keys_make_six_questions_a_minute():
    issuer, clock = RemoteIssuer(a_key("one")), StoppedClock(NOW)
    keys = RemoteKeys(issuer.http, clock)
    await keys.key_of(ISSUER, "one")
    for number in range(1000):
        await keys.key_of(ISSUER, f"made up {number}")
    assert issuer.asked == 1 + 6


async def test_a_hundred_callers_at_once_make_one_question():
    issuer = RemoteIssuer(a_key("one"))
    keys = RemoteKeys(issuer.http, StoppedClock(NOW))
    found = await asyncio.gather(*(keys.key_of(ISSUER, "one") for _ in range(100)))
    assert all(key is not None for key in found)
    assert issuer.asked == 1


async def test_known_keys_are_used_on_for_a_day_while_the_issuer_is_down():
    issuer, clock = RemoteIssuer(a_key("one")), StoppedClock(NOW)
    keys = RemoteKeys(issuer.http, clock)
    known = await keys.key_of(ISSUER, "one")
    issuer.down = True
    clock.move(timedelta(hours=23))
    assert await keys.key_of(ISSUER, "one") is known
    clock.move(timedelta(hours=1))
    with pytest.raises(IssuerSilent):
        await keys.key_of(ISSUER, "one")


async def test_an_issuer_that_comes_up_late_is_heard_a_second_later():
    issuer, clock = RemoteIssuer(a_key("one")), StoppedClock(NOW)
    issuer.down = True
    keys = RemoteKeys(issuer.http, clock)
    with pytest.raises(IssuerSilent):
        await keys.key_of(ISSUER, "one")
    issuer.down = False
    clock.move(timedelta(seconds=1))
    assert await keys.key_of(ISSUER, "one") is not None


async def test_a_token_of_a_key_the_issuer_has_withdrawn_is_refused():
    old, new = a_key("old"), a_key("new")
    issuer, clock = RemoteIssuer(old), StoppedClock(NOW)
    verifier = TokenVerifier([ISSUER], TEST_AUDIENCE, clock, RemoteKeys(issuer.http, clock))
    await verifier.verify(a_token(old, clock))
    issuer.keys = [new]
    clock.move(timedelta(minutes=10))
    with pytest.raises(BadToken, match="key its issuer does not have"):
        await verifier.verify(a_token(old, clock))
    assert await verifier.verify(a_token(new, clock)) is not None


def a_token(key: ECKey, clock: StoppedClock) -> str:
    claims = claims_for(partnership_id=new_id(), clock=clock) | {"iss": ISSUER}
    return signed(claims, {"kid": key.kid}, key)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.test"},
        {"issuer": ISSUER + "/"},
        {"jwks_uri": "http://idp.test/keys"},
        {"jwks_uri": "file:///etc/keys"},
        {"jwks_uri": None},
        {"token_endpoint": "http://elsewhere.test/token"},
    ],
    ids=[
        "about another issuer",
        "with a slash too many",
        "keys without TLS",
        "keys in a file",
        "keys nowhere",
        "tokens without TLS elsewhere",
    ],
)
async def test_a_discovery_document_that_cannot_be_trusted_is_no_answer(change: dict[str, Any]):
    issuer = RemoteIssuer(a_key("one"))
    issuer.metadata |= change
    with pytest.raises(IssuerSilent):
        await discover(issuer.http, ISSUER)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(404),
        httpx.Response(302, headers={"location": f"{ISSUER}/else"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, text="[]"),
        httpx.Response(200, content=b"[" * 100_000),
        httpx.Response(200, content=b" " * (LARGEST_DOCUMENT + 1)),
    ],
    ids=["error", "nothing there", "redirect", "a page", "a list", "nested without end", "very long"],
)
async def test_what_is_no_discovery_document_is_no_answer(answer: httpx.Response):
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer)) as http:
        with pytest.raises(IssuerSilent):
            await discover(http, ISSUER)


async def test_an_issuer_that_speaks_only_openid_connect_is_understood():
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url == f"{ISSUER}/tenant/.well-known/openid-configuration":
            return httpx.Response(200, json={"issuer": f"{ISSUER}/tenant", "jwks_uri": "https://keys.test/"})
        return httpx.Response(404)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        assert (await discover(http, f"{ISSUER}/tenant")).jwks_uri == "https://keys.test/"


def test_only_keys_that_can_be_trusted_are_taken_from_a_set():
    good, twice = a_key("good"), a_key("twice")
    entries = [
        good.as_dict(private=False),
        twice.as_dict(private=False),
        {**good.as_dict(private=False), "kid": "twice"},
        {**good.as_dict(private=False), "kid": "encrypts", "use": "enc"},
        {**good.as_dict(private=False), "kid": ""},
        OctKey.generate_key(256, {"kid": "symmetric"}).as_dict(private=True),
        {"kty": "RSA", "kid": "small", "n": "_" * 171, "e": "AQAB"},
        ECKey.generate_key("P-521", {"kid": "another curve"}).as_dict(private=False),
        RSAKey.generate_key(2048, {"kid": "large"}).as_dict(private=False),
        {"kty": "RSA", "kid": "no number", "n": 7, "e": "AQAB"},
        {"kty": "EC", "kid": "broken", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "AKP", "kid": "of the future"},
        "no key",
    ]
    assert set(keys_in(json.loads(json.dumps({"keys": entries})))) == {"good", "large"}
