"""A service gets its own tokens: kept until a minute before they expire, one for each partnership."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from shared.clock import StoppedClock
from shared.http.discovery import IssuerSilent
from shared.http.tokens import TokenSource
from shared.ids import new_id

ISSUER = "https://idp.test"
NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)


class RemoteIssuer:
    """An issuer at the other end of the wire. `failing` is how many of the next answers are errors."""

    def __init__(self) -> None:
        self.forms: list[dict[str, list[str]]] = []
        self.authorizations: list[str | None] = []
        self.failing = 0
        self.status = 200
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if request.method == "GET":
            document = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", "token_endpoint": f"{ISSUER}/token"}
            return httpx.Response(200, json=document)
        self.forms.append(parse_qs(request.content.decode()))
        self.authorizations.append(request.headers.get("authorization"))
        if self.failing:
            self.failing -= 1
            raise httpx.ConnectError("refused")
        return httpx.Response(
            self.status, json={"access_token": f"token {len(self.forms)}", "expires_in": 600}
        )


def a_source(issuer: RemoteIssuer, clock: StoppedClock, key_file: Path | None = None) -> TokenSource:
    return TokenSource(issuer.http, ISSUER, "hubs:1", client_secret="s/e+c", key_file=key_file, clock=clock)


async def test_a_token_is_kept_until_a_minute_before_it_expires():
    issuer, clock = RemoteIssuer(), StoppedClock(NOW)
    source = a_source(issuer, clock)
    assert await source.token() == "token 1"
    clock.move(timedelta(seconds=539))
    assert await source.token() == "token 1"
    clock.move(timedelta(seconds=1))
    assert await source.token() == "token 2"


async def test_each_partnership_has_its_own_token():
    issuer, one, other = RemoteIssuer(), new_id(), new_id()
    source = a_source(issuer, StoppedClock(NOW))
    tokens = [
        await source.token(one),
        await source.token(other),
        await source.token(),
        await source.token(one),
    ]
    assert tokens == ["token 1", "token 2", "token 3", "token 1"]
    assert [form.get("partnership_id") for form in issuer.forms] == [[str(one)], [str(other)], None]


async def test_callers_at_once_share_one_request():
    issuer = RemoteIssuer()
    source = a_source(issuer, StoppedClock(NOW))
    assert set(await asyncio.gather(*(source.token() for _ in range(50)))) == {"token 1"}


async def test_a_secret_is_sent_in_the_header_and_encoded():
    issuer = RemoteIssuer()
    await a_source(issuer, StoppedClock(NOW)).token()
    expected = httpx.Request("GET", "https://x.test")
    next(httpx.BasicAuth("hubs%3A1", "s%2Fe%2Bc").auth_flow(expected))
    assert issuer.authorizations == [expected.headers["authorization"]]


async def test_a_key_signs_a_fresh_assertion_for_each_request(tmp_path: Path):
    key = ECKey.generate_key("P-256", {"kid": "k1"})
    file = tmp_path / "key.json"
    file.write_text(json.dumps(key.as_dict(private=True)))
    issuer = RemoteIssuer()
    source = a_source(issuer, StoppedClock(NOW), file)
    await source.token()
    await source.token(new_id())
    read = [jwt.decode(form["client_assertion"][0], key) for form in issuer.forms]
    assert {token.header["kid"] for token in read} == {"k1"}
    assert {(token.claims["iss"], token.claims["sub"], token.claims["aud"]) for token in read} == {
        ("hubs:1", "hubs:1", ISSUER)
    }
    assert len({token.claims["jti"] for token in read}) == 2
    assert issuer.authorizations == [None, None]


async def test_a_public_key_cannot_prove_anything(tmp_path: Path):
    file = tmp_path / "key.json"
    file.write_text(json.dumps(ECKey.generate_key("P-256", {"kid": "k1"}).as_dict(private=False)))
    with pytest.raises(ValueError, match="private"):
        a_source(RemoteIssuer(), StoppedClock(NOW), file)


async def test_a_hiccup_of_the_issuer_is_not_noticed():
    issuer = RemoteIssuer()
    issuer.failing = 2
    assert await a_source(issuer, StoppedClock(NOW)).token() == "token 3"


async def test_while_the_issuer_is_down_a_token_that_still_lives_is_given():
    issuer, clock = RemoteIssuer(), StoppedClock(NOW)
    source = a_source(issuer, clock)
    await source.token()
    issuer.failing = 1000
    clock.move(timedelta(seconds=599))
    assert await source.token() == "token 1"
    clock.move(timedelta(seconds=1))
    with pytest.raises(IssuerSilent):
        await source.token()


async def test_those_who_waited_in_vain_do_not_ask_again_one_by_one():
    issuer = RemoteIssuer()
    issuer.failing = 1000
    source = a_source(issuer, StoppedClock(NOW))
    answers = await asyncio.gather(*(source.token() for _ in range(20)), return_exceptions=True)
    assert all(isinstance(answer, IssuerSilent) for answer in answers)
    assert len(issuer.forms) == 3


async def test_a_refused_client_does_not_insist():
    issuer = RemoteIssuer()
    issuer.status = 401
    with pytest.raises(IssuerSilent):
        await a_source(issuer, StoppedClock(NOW)).token()
    assert len(issuer.forms) == 1
