"""Good tokens are accepted; forged, expired and confused ones are refused."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from shared.auth.keys import FixedKeys
from shared.auth.tokens import BadToken, TokenVerifier
from shared.clock import StoppedClock
from shared.ids import new_id
from tests.principals import TEST_AUDIENCE, TEST_ISSUER, signed
from tests.shared.auth.forged import (
    FORGED,
    NOW,
    OTHER_ISSUER,
    OTHER_KEY,
    PARTNERSHIP,
    SECONDS,
    claims,
    public,
    rsa_signed,
    the_keys,
    token,
)
from tests.shared.auth.forging import GOOD_HEADER, put_together

EVERY_FORGERY = [
    pytest.param(make, words, id=name) for words, made in FORGED.items() for name, make in made.items()
]


def a_verifier(
    clock: StoppedClock | None = None,
    keys: FixedKeys | None = None,
    confined: dict[str, UUID] | None = None,
) -> TokenVerifier:
    issuers = [TEST_ISSUER, OTHER_ISSUER]
    keys = keys or FixedKeys(the_keys())
    return TokenVerifier(issuers, TEST_AUDIENCE, clock or StoppedClock(NOW), keys, confined=confined)


async def test_a_good_token_tells_who_is_calling():
    organisation, person = new_id(), new_id()
    principal = await a_verifier().verify(
        token(organisation_id=str(organisation), person_id=str(person), sub="somebody", scope="hubs:read a:b")
    )
    assert principal.subject == "somebody"
    assert principal.client_id == "test-client"
    assert (principal.tenant, principal.organisation_id, principal.person_id) == (
        PARTNERSHIP,
        organisation,
        person,
    )
    assert principal.roles == {"system"}
    assert principal.scopes == {"hubs:read", "a:b"}


@pytest.mark.parametrize(("make", "words"), EVERY_FORGERY)
async def test_what_is_not_certainly_good_is_refused_and_told_why(make: Callable[[], str], words: str):
    forged = make()
    with pytest.raises(BadToken) as refusal:
        await a_verifier().verify(forged)
    assert (refusal.value.status, refusal.value.code) == (401, "invalid_token")
    assert refusal.value.detail == words
    assert refusal.value.challenge is not None
    assert refusal.value.challenge.isascii()


def test_there_are_many_ways_to_forge():
    assert len(EVERY_FORGERY) >= 30


@pytest.mark.parametrize(
    "good",
    [
        token({"typ": "application/at+jwt"}),
        token({"typ": "AT+JWT"}),
        token({"x5t": "abc"}),
        token(aud=["another-api", TEST_AUDIENCE]),
        token(scope=""),
        token(roles=None),
        token(partnership_id=None, roles=["service"]),
        token(iat=SECONDS - 600, exp=SECONDS - 29),
        token(iat=SECONDS + 29, nbf=SECONDS + 29),
        token(exp=SECONDS + 900),
        token(act={"sub": "placements"}, name="not ours"),
        rsa_signed("RS256"),
        rsa_signed("PS256"),
        put_together(
            {**GOOD_HEADER, "kid": "other-key"}, claims(iss=OTHER_ISSUER), OTHER_KEY
        ),
    ],
    ids=[
        "typ in full",
        "typ in capitals",
        "key's thumbprint",
        "several audiences",
        "no scope",
        "no roles",
        "a service for all partnerships",
        "expired within the leeway",
        "issued within the leeway",
        "fifteen minutes",
        "claims we do not know",
        "RS256",
        "PS256",
        "another trusted issuer",
    ],
)  # fmt: skip
async def test_what_the_standard_allows_is_accepted(good: str):
    assert (await a_verifier().verify(good)).client_id == "test-client"


async def test_the_token_made_by_the_test_issuer_is_a_good_one():
    assert (await a_verifier().verify(signed(claims()))).client_id == "test-client"


async def test_a_token_accepted_once_is_refused_when_it_has_expired():
    clock = StoppedClock(NOW)
    verifier, good = a_verifier(clock), token()
    assert await verifier.verify(good) == await verifier.verify(good)
    clock.move(timedelta(seconds=629))
    assert (await verifier.verify(good)).client_id == "test-client"
    clock.move(timedelta(seconds=1))
    with pytest.raises(BadToken, match="expired"):
        await verifier.verify(good)


async def test_a_token_accepted_once_is_refused_when_its_key_has_retired():
    keys = the_keys()
    verifier, good = a_verifier(keys=FixedKeys(keys)), token()
    assert (await verifier.verify(good)).client_id == "test-client"
    del keys[TEST_ISSUER]["test-key"]
    with pytest.raises(BadToken, match="key"):
        await verifier.verify(good)


async def test_a_token_accepted_once_is_checked_again_when_its_key_was_replaced_under_the_same_id():
    keys = the_keys()
    verifier, good = a_verifier(keys=FixedKeys(keys)), token()
    assert (await verifier.verify(good)).client_id == "test-client"
    keys[TEST_ISSUER]["test-key"] = public(ECKey.generate_key("P-256", {"kid": "test-key"}))
    with pytest.raises(BadToken, match="signature"):
        await verifier.verify(good)


async def test_a_token_refused_once_is_not_remembered_as_good():
    verifier = a_verifier()
    for _ in range(2):
        with pytest.raises(BadToken):
            await verifier.verify(token({"kid": "no-such-key"}))


async def test_the_partnerships_own_issuer_speaks_for_it_alone():
    verifier = a_verifier(confined={TEST_ISSUER: PARTNERSHIP})
    assert (await verifier.verify(token())).client_id == "test-client"
    for foreign in (token(partnership_id=str(new_id())), token(roles=["service"])):
        with pytest.raises(BadToken, match="may not speak"):
            await verifier.verify(foreign)


async def test_a_symmetric_key_never_gets_among_the_keys():
    secret = OctKey.generate_key(256, {"kid": "test-key"})
    text = jwt.encode({**GOOD_HEADER, "alg": "HS256"}, claims(), secret)
    with pytest.raises(BadToken, match="algorithm"):
        await a_verifier().verify(text)
