"""An issuer to ask for tokens, and clients that can ask."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from shared.auth.issuer.app import create_app, prepare
from shared.auth.issuer.clients import ClientRecord, save_client
from shared.auth.issuer.requests import ASSERTION_TYPE
from shared.auth.issuer.settings import IssuerSettings
from shared.auth.issuer.wiring import Wiring, wire
from shared.auth.principal import Principal
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id

ISSUER = "https://identity.test"
SECRET = "a-secret-made-by-a-machine"
NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)


@dataclass
class Issuer:
    """A running issuer with a clock of its own."""

    wiring: Wiring
    http: httpx.AsyncClient
    clock: StoppedClock = field(default_factory=lambda: StoppedClock(NOW))

    async def register(self, client_id: str = "records", **changes: Any) -> ClientRecord:
        """A partner's system with a secret, unless told otherwise."""
        described = {
            "client_id": client_id,
            "name": "Student records",
            "secret": SECRET,
            "partnership_id": new_id(),
            "roles": ["system"],
            "scopes": ["students:read", "students:write"],
        }
        record = ClientRecord.model_validate(described | changes)
        async with self.wiring.db.begin() as session:
            await save_client(session, record, self.clock.now())
        return record

    async def ask(self, client_id: str = "records", secret: str = SECRET, **form: str) -> httpx.Response:
        """Ask for a token with a secret."""
        form = {"grant_type": "client_credentials"} | form
        return await self.http.post("/oauth/token", data=form, auth=(client_id, secret))

    async def ask_signed(self, assertion: str, **form: str) -> httpx.Response:
        """Ask for a token with a signed assertion."""
        proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
        return await self.http.post("/oauth/token", data={"grant_type": "client_credentials"} | proof | form)

    async def token(self, client_id: str = "records", **form: str) -> str:
        """A token for a registered client."""
        return str((await self.ask(client_id, **form)).json()["access_token"])

    async def principal(self, token: str) -> Principal:
        """Whom the token proves, as a service would find."""
        return await self.wiring.verifier.verify(token)


@asynccontextmanager
async def an_issuer(
    db: Database, clock: StoppedClock | None = None, **settings: Any
) -> AsyncIterator[Issuer]:
    """An issuer on this database; a sandbox unless told otherwise."""
    clock = clock or StoppedClock(NOW)
    told: dict[str, Any] = {"database_url": db.url, "issuer": ISSUER, "sandbox": True} | settings
    wiring = wire(IssuerSettings(**told), db=db, clock=clock)
    await prepare(wiring)
    transport = httpx.ASGITransport(create_app(wiring))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
        yield Issuer(wiring, http, clock)


def a_client_key(kid: str = "client-key") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


def key_set(*keys: ECKey) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def assertion_claims(client_id: str = "records", **changes: Any) -> dict[str, Any]:
    seconds = int(NOW.timestamp())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": ISSUER,
        "iat": seconds,
        "exp": seconds + 60,
        "jti": str(new_id()),
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def an_assertion(key: ECKey, header: dict[str, Any] | None = None, **changes: Any) -> str:
    protected = {"alg": "ES256", "typ": "JWT", "kid": key.kid} | (header or {})
    return jwt.encode(
        {name: value for name, value in protected.items() if value is not None},
        assertion_claims(**changes),
        key,
        default_type=None,
    )
