"""A sister service for tests: its real application around a database, and the client that asks it."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import httpx
from fastapi import FastAPI

from shared.auth.tokens import TokenVerifier
from shared.db import Database
from shared.http.app import create_app
from shared.http.feed import feed_router
from shared.http.sister import Sister
from shared.settings import ProcessSettings
from tests.principals import a_verifier, token_for


@dataclass(frozen=True)
class Wiring:
    settings: ProcessSettings
    db: Database
    verifier: TokenVerifier

    async def close(self) -> None:
        await self.db.close()


def a_wiring(db: Database, *, allow_private_webhooks: bool = False) -> Wiring:
    settings = ProcessSettings(database_url=db.url, allow_private_webhooks=allow_private_webhooks)
    return Wiring(settings, db, a_verifier())


def feed_app(db: Database) -> FastAPI:
    """The application of a service that has nothing but a feed."""
    return create_app(
        name="sister",
        title="Sister",
        summary="A feed.",
        wiring=a_wiring(db),
        routers=[feed_router()],
        conflicts={},
    )


class ServiceTokens:
    """Tokens of a sister service that follows the feeds of all partnerships."""

    async def token(self, partnership_id: UUID | None = None) -> str:
        return token_for(partnership_id=partnership_id, roles=["service"], scopes=["changes:read"])


@asynccontextmanager
async def sister_of(db: Database) -> AsyncIterator[Sister]:
    """The client with which to ask the sister around `db`."""
    async with client_of(feed_app(db)) as http:
        yield Sister("sister", "http://sister.test", http, ServiceTokens())


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """A client of an application in this process."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sister.test")


def bearer(
    *,
    partnership_id: UUID | None,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
    roles: Iterable[str] = ("system", "partnership"),
    scopes: Iterable[str] = ("changes:read", "webhooks:manage"),
    client_id: str = "test-client",
) -> dict[str, str]:
    """The Authorization header of somebody."""
    token = token_for(
        partnership_id=partnership_id,
        organisation_id=organisation_id,
        person_id=person_id,
        roles=roles,
        scopes=scopes,
        client_id=client_id,
    )
    return {"Authorization": f"Bearer {token}"}
