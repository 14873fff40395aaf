"""What a client that has proved itself is given: never more than is written about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.auth.issuer.models import Client
from shared.auth.issuer.refusals import GrantRefused
from shared.auth.issuer.requests import TokenRequest
from shared.auth.issuer.settings import TOKEN_LIFE
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Grant:
    """The scopes and the partnership of a token to be."""

    client: Client
    scopes: tuple[str, ...]
    partnership_id: UUID | None


def granted(client: Client, asked: TokenRequest) -> Grant:
    """The grant for this request; `invalid_scope` when it asks for more, `unauthorized_client` for a foreign partnership."""
    scopes = frozenset(client.scopes) if asked.scopes is None else asked.scopes
    if not scopes.issubset(client.scopes):
        raise GrantRefused("invalid_scope", "A scope was asked for that this client may not have.")
    partnership_id = client.partnership_id
    if asked.partnership_id not in (None, partnership_id):
        if not client.may_act_for_all:
            raise GrantRefused("unauthorized_client", "This client may act for its own partnership only.")
        partnership_id = asked.partnership_id
    return Grant(client, tuple(sorted(scopes)), partnership_id)


def mint(grant: Grant, key: ECKey, issuer: str, audience: str, now: datetime) -> dict[str, Any]:
    """The answer of RFC 6749, section 5.1, with an access token per RFC 9068 that lives ten minutes of real time."""
    client, seconds = grant.client, int(TOKEN_LIFE.total_seconds())
    issued, scope = int(now.timestamp()), " ".join(grant.scopes)
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": str(client.person_id or client.client_id),
        "aud": audience,
        "iat": issued,
        "exp": issued + seconds,
        "jti": str(new_id()),
        "client_id": client.client_id,
        "scope": scope,
        "roles": sorted(client.roles),
    }
    private = {
        "partnership_id": grant.partnership_id,
        "organisation_id": client.organisation_id,
        "person_id": client.person_id,
    }
    claims |= {name: str(value) for name, value in private.items() if value is not None}
    token = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, claims, key)
    return {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": scope}
