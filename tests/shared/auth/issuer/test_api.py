"""The token endpoint gives a client what is written about it, and nothing to anybody else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shared.auth.issuer.models import Client
from shared.auth.tokens import TokenVerifier
from shared.db import Database
from shared.http.jwks import RemoteKeys
from shared.http.tokens import TokenSource
from shared.ids import new_id
from tests.shared.auth.issuer.issuing import (
    ISSUER,
    NOW,
    SECRET,
    Issuer,
    a_client_key,
    an_assertion,
    an_issuer,
    key_set,
)


@pytest.fixture
async def issuer(identity_db: Database) -> AsyncIterator[Issuer]:
    async with an_issuer(identity_db) as running:
        yield running


async def test_a_token_says_what_is_written_about_the_client(issuer: Issuer):
    organisation, person = new_id(), new_id()
    record = await issuer.register(organisation_id=organisation, person_id=person, roles=["tutor"])
    answer = await issuer.ask()
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == (
        "Bearer",
        600,
        "students:read students:write",
    )
    assert answer.headers["cache-control"] == "no-store"
    principal = await issuer.principal(body["access_token"])
    assert (principal.client_id, principal.subject) == ("records", str(person))
    assert (principal.partnership_id, principal.organisation_id) == (record.partnership_id, organisation)
    assert principal.person_id == person
    assert principal.roles == {"tutor"}


async def test_a_token_is_made_as_rfc_9068_wants_it(issuer: Issuer):
    await issuer.register()
    keys = KeySet.import_key_set((await issuer.http.get("/oauth/jwks")).json())
    token = jwt.decode(await issuer.token(), keys, algorithms=["ES256"])
    assert (token.header["typ"], token.header["alg"]) == ("at+jwt", "ES256")
    assert {"iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope"} <= set(token.claims)
    assert (token.claims["iss"], token.claims["aud"]) == (ISSUER, "practicum")
    assert token.claims["exp"] - token.claims["iat"] == 600


async def test_scopes_can_be_narrowed(issuer: Issuer):
    await issuer.register()
    token = await issuer.token(scope="students:read")
    assert (await issuer.principal(token)).scopes == {"students:read"}


@pytest.mark.parametrize(
    "scope", ["students:read hubs:read", "everything", "students:read  students:write", " "]
)
async def test_scopes_cannot_be_widened(issuer: Issuer, scope: str):
    await issuer.register()
    answer = await issuer.ask(scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


async def test_a_sister_service_names_the_partnership_it_acts_for(issuer: Issuer):
    await issuer.register(may_act_for_all=True, partnership_id=None, roles=["service", "partnership"])
    partnership = new_id()
    acting = await issuer.principal(await issuer.token(partnership_id=str(partnership)))
    assert (acting.tenant, acting.partnership_wide) == (partnership, True)
    following = await issuer.principal(await issuer.token())
    assert following.partnership_id is None


async def test_a_partners_system_acts_for_its_own_partnership_only(issuer: Issuer):
    record = await issuer.register()
    own = await issuer.ask(partnership_id=str(record.partnership_id))
    foreign = await issuer.ask(partnership_id=str(new_id()))
    assert own.status_code == 200
    assert (foreign.status_code, foreign.json()["error"]) == (400, "unauthorized_client")


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [("records", "wrong-secret-of-a-machine"), ("nobody", SECRET), ("records", ""), ("é\x00", SECRET)],
    ids=["wrong secret", "no such client", "no secret", "odd letters"],
)
async def test_a_client_that_does_not_prove_itself_gets_nothing(issuer: Issuer, client_id: str, secret: str):
    await issuer.register()
    answer = await issuer.ask(client_id, secret)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


async def test_a_disabled_client_gets_nothing(issuer: Issuer):
    await issuer.register()
    async with issuer.wiring.db.begin() as session:
        client = await session.get_one(Client, "records")
        client.disabled_at = issuer.clock.now()
        await session.flush()
    assert (await issuer.ask()).status_code == 401


async def test_without_any_proof_nothing_is_given(issuer: Issuer):
    answer = await issuer.http.post("/oauth/token", data={"grant_type": "client_credentials"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_outside_of_a_sandbox_no_secret_is_good_enough(identity_db: Database):
    async with an_issuer(identity_db, sandbox=False) as issuer:
        key = a_client_key()
        await issuer.register(jwks=key_set(key))
        assert (await issuer.ask()).status_code == 401
        assert (await issuer.ask_signed(an_assertion(key))).status_code == 200
        document = (await issuer.http.get("/.well-known/oauth-authorization-server")).json()
        assert document["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
        assert (await issuer.http.put("/sandbox/clients/x", json={})).status_code == 404


async def test_a_signed_assertion_proves_a_client_once(issuer: Issuer):
    key = a_client_key()
    await issuer.register(secret=None, jwks=key_set(key))
    assertion = an_assertion(key)
    first, again = await issuer.ask_signed(assertion), await issuer.ask_signed(assertion)
    assert (first.status_code, again.status_code) == (200, 401)
    assert again.json()["error"] == "invalid_client"


OTHER = a_client_key("other")
SECONDS = int(NOW.timestamp())


SPOILT: list[dict[str, Any]] = [
    {"aud": "https://elsewhere.test"},
    {"aud": [ISSUER, "https://elsewhere.test"]},
    {"aud": None},
    {"sub": "somebody-else"},
    {"client_id": "somebody-else"},
    {"exp": None},
    {"exp": SECONDS - 31},
    {"exp": SECONDS + 3600},
    {"exp": str(SECONDS + 60)},
    {"exp": True},
    {"nbf": SECONDS + 120},
    {"jti": None},
    {"jti": ""},
    {"jti": "x" * 201},
    {"jti": "a\x00b"},
    {"header": {"typ": "at+jwt"}},
    {"header": {"kid": "unknown"}},
    {"header": {"jwk": OTHER.as_dict(private=False)}},
]


async def test_an_assertion_that_is_not_certainly_good_proves_nothing(issuer: Issuer):
    key = a_client_key()
    await issuer.register(secret=None, jwks=key_set(key))
    for spoilt in SPOILT:
        answer = await issuer.ask_signed(an_assertion(key, **spoilt))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), spoilt


async def test_an_assertion_signed_by_somebody_else_proves_nothing(issuer: Issuer):
    await issuer.register(secret=None, jwks=key_set(a_client_key()))
    assert (await issuer.ask_signed(an_assertion(a_client_key()))).status_code == 401


async def test_an_access_token_is_no_assertion(issuer: Issuer):
    await issuer.register()
    assert (await issuer.ask_signed(await issuer.token())).status_code == 401


@pytest.mark.parametrize(
    "good", [{"aud": f"{ISSUER}/oauth/token"}, {"aud": [ISSUER]}, {"header": {"kid": None}}]
)
async def test_what_rfc_7523_allows_is_accepted(issuer: Issuer, good: dict[str, Any]):
    key: ECKey = a_client_key()
    await issuer.register(secret=None, jwks=key_set(key))
    assert (await issuer.ask_signed(an_assertion(key, **good), client_id="records")).status_code == 200


async def test_a_service_finds_everything_by_the_issuers_name(issuer: Issuer):
    await issuer.register()
    source = TokenSource(issuer.http, ISSUER, "records", client_secret=SECRET, clock=issuer.clock)
    verifier = TokenVerifier([ISSUER], "practicum", issuer.clock, RemoteKeys(issuer.http, issuer.clock))
    assert (await verifier.verify(await source.token())).client_id == "records"


async def test_tokens_expire_by_the_real_clock(issuer: Issuer):
    await issuer.register()
    token = await issuer.token()
    issuer.clock.move(timedelta(minutes=10, seconds=29))
    assert (await issuer.principal(token)).client_id == "records"
    issuer.clock.move(timedelta(seconds=1))
    answer = await issuer.http.put(
        "/sandbox/clients/x", headers={"Authorization": f"Bearer {token}"}, json={}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_the_issuer_is_alive_ready_and_measured(issuer: Issuer):
    answers: list[httpx.Response] = [
        await issuer.http.get(path) for path in ("/livez", "/readyz", "/metrics")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]


async def test_the_documentation_shows_the_words_in_which_the_token_endpoint_refuses(issuer: Issuer):
    document = (await issuer.http.get("/openapi.json")).json()
    responses = document["paths"]["/oauth/token"]["post"]["responses"]
    assert responses["400"]["content"] == responses["401"]["content"]
    assert responses["400"]["content"]["application/json"]["schema"]["$ref"].endswith("/TokenRefusal")


async def test_no_private_half_of_a_key_is_ever_published(issuer: Issuer):
    assert '"d"' not in (await issuer.http.get("/oauth/jwks")).text
