"""Callers for tests: a test issuer in memory that signs real tokens, and principals with defaults."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.auth.keys import FixedKeys
from shared.auth.principal import Principal
from shared.auth.scopes import SCOPES
from shared.auth.tokens import TokenVerifier
from shared.clock import Clock, SystemClock
from shared.ids import new_id

TEST_ISSUER = "https://issuer.test"
TEST_AUDIENCE = "practicum"
TEST_KEY = ECKey.generate_key("P-256", {"kid": "test-key", "use": "sig", "alg": "ES256"})
"""The test issuer's key pair, new in every test process."""

LIFE = timedelta(minutes=10)


def issuer_keys() -> FixedKeys:
    """The public keys of the test issuer."""
    public = ECKey.import_key(TEST_KEY.as_dict(private=False))
    return FixedKeys({TEST_ISSUER: {"test-key": public}})


def a_verifier(clock: Clock | None = None) -> TokenVerifier:
    """A verifier that trusts the test issuer only; by the real clock unless told otherwise."""
    return TokenVerifier([TEST_ISSUER], TEST_AUDIENCE, clock or SystemClock(), issuer_keys())


def claims_for(
    *,
    partnership_id: UUID | None,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
    roles: Iterable[str] = (),
    scopes: Iterable[str] = (),
    client_id: str = "test-client",
    clock: Clock | None = None,
) -> dict[str, Any]:
    """The claims of a good access token, to be signed as they are or spoilt first."""
    issued = int((clock or SystemClock()).now().timestamp())
    claims = {
        "iss": TEST_ISSUER,
        "sub": str(person_id or client_id),
        "aud": TEST_AUDIENCE,
        "iat": issued,
        "exp": issued + int(LIFE.total_seconds()),
        "jti": str(new_id()),
        "client_id": client_id,
        "scope": " ".join(sorted(scopes)),
        "roles": sorted(roles),
    }
    private = {"partnership_id": partnership_id, "organisation_id": organisation_id, "person_id": person_id}
    return claims | {name: str(value) for name, value in private.items() if value is not None}


def signed(claims: Mapping[str, Any], header: Mapping[str, Any] | None = None, key: ECKey = TEST_KEY) -> str:
    """A token of these claims, signed with ES256 by the test issuer unless told otherwise."""
    protected = {"alg": "ES256", "typ": "at+jwt", "kid": "test-key"} | dict(header or {})
    return jwt.encode(protected, dict(claims), key)


def token_for(
    *,
    partnership_id: UUID | None,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
    roles: Iterable[str] = (),
    scopes: Iterable[str] = (),
    client_id: str = "test-client",
    clock: Clock | None = None,
) -> str:
    """An access token of the test issuer, good for ten minutes from now."""
    return signed(
        claims_for(
            partnership_id=partnership_id,
            organisation_id=organisation_id,
            person_id=person_id,
            roles=roles,
            scopes=scopes,
            client_id=client_id,
            clock=clock,
        )
    )


def headers_for(**claims: Any) -> dict[str, str]:
    """Headers of a call by such a caller (as for `token_for`): the token, and a fresh Idempotency-Key."""
    return {"Authorization": f"Bearer {token_for(**claims)}", "Idempotency-Key": str(new_id())}


def a_principal(
    *,
    partnership_id: UUID | None = None,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
    roles: Iterable[str] = ("partnership",),
    scopes: Iterable[str] = SCOPES,
    client_id: str = "test-client",
) -> Principal:
    """A caller as operations see one: by default the office of a new partnership, with every scope."""
    return Principal(
        subject=str(person_id or client_id),
        client_id=client_id,
        partnership_id=partnership_id or new_id(),
        organisation_id=organisation_id,
        person_id=person_id,
        roles=frozenset(roles),
        scopes=frozenset(scopes),
    )
