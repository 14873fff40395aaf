"""Whether a client is who it says: by its signed assertion (RFC 7523), or in a sandbox by its secret."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from shared.auth.claims import LEEWAY
from shared.auth.compact import BadToken, Unverified, take_apart
from shared.auth.issuer.models import Client, UsedAssertion
from shared.auth.issuer.refusals import UnknownClient
from shared.auth.issuer.requests import AssertionProof, BasicProof
from shared.auth.issuer.secret_hashes import matches
from shared.auth.keys import keys_in
from shared.db import Database

LONGEST_ASSERTION = 300
"""Seconds from now that an assertion may still be valid."""

_LONGEST_NAME = 200
_KINDS = frozenset({None, "jwt", "client-authentication+jwt"})


async def client_proved(
    proof: BasicProof | AssertionProof,
    db: Database,
    now: datetime,
    *,
    audiences: frozenset[str],
    secrets_accepted: bool,
) -> Client:
    """The client that proved itself; `UnknownClient` otherwise. An assertion is used up by this."""
    if isinstance(proof, AssertionProof):
        return await _by_assertion(proof, db, now, audiences)
    if not secrets_accepted:
        raise UnknownClient
    client = await _client(db, proof.client_id)
    stored = client.secret_hash if client else None
    if not await asyncio.to_thread(matches, proof.secret, stored) or client is None:
        raise UnknownClient
    return client


async def _by_assertion(
    proof: AssertionProof, db: Database, now: datetime, audiences: frozenset[str]
) -> Client:
    try:
        assertion = take_apart(proof.assertion)
    except BadToken as error:
        raise UnknownClient from error
    name = assertion.claims.get("iss")
    if not isinstance(name, str) or proof.client_id not in (None, name):
        raise UnknownClient
    client = await _client(db, name)
    if client is None or client.jwks is None or not _signed(assertion, client.jwks):
        raise UnknownClient
    expires = _expiry(assertion.claims, name, audiences, now)
    await _use_up(db, name, str(assertion.claims["jti"]), expires)
    return client


async def _client(db: Database, client_id: str) -> Client | None:
    if not client_id.isascii() or len(client_id) > _LONGEST_NAME or "\x00" in client_id:
        return None
    async with db.begin() as session:
        client = await session.get(Client, client_id)
    return client if client and client.disabled_at is None else None


def _signed(assertion: Unverified, jwks: dict[str, Any]) -> bool:
    keys = keys_in(jwks)
    kid = assertion.key_id or (next(iter(keys)) if len(keys) == 1 else None)
    key = keys.get(kid) if kid else None
    return key is not None and assertion.kind in _KINDS and assertion.signed_by(key)


def _expiry(claims: dict[str, Any], name: str, audiences: frozenset[str], now: datetime) -> datetime:
    """When the assertion ends to be valid. Its rules: about the client itself, for us only, short-lived, with an id."""
    seconds, expires, begins = now.timestamp(), claims.get("exp"), claims.get("nbf", 0)
    audience, identity = claims.get("aud"), claims.get("jti")
    if isinstance(audience, list) and len(audience) == 1:
        audience = audience[0]
    good = (
        claims.get("sub") == name
        and isinstance(audience, str)
        and audience in audiences
        and isinstance(identity, str)
        and 0 < len(identity) <= _LONGEST_NAME
        and identity.isprintable()
        and type(expires) is int
        and seconds - LEEWAY < expires <= seconds + LONGEST_ASSERTION + LEEWAY
        and type(begins) is int
        and begins <= seconds + LEEWAY
    )
    if not good:
        raise UnknownClient
    return datetime.fromtimestamp(int(expires or 0) + LEEWAY, UTC)


async def _use_up(db: Database, client_id: str, jti: str, expires_at: datetime) -> None:
    row = {"client_id": client_id, "jti": jti, "expires_at": expires_at}
    statement = insert(UsedAssertion).values(row).on_conflict_do_nothing().returning(UsedAssertion.jti)
    async with db.begin() as session:
        if (await session.execute(statement)).first() is None:
            raise UnknownClient
