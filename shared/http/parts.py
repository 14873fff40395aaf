"""The parts every service is made of, besides its own: built once, from the settings, each of them replaceable."""

import ssl
from dataclasses import dataclass
from functools import cache
from typing import TypedDict, Unpack

import httpx

from shared.auth.tokens import TokenVerifier
from shared.clock import Clock, SystemClock, clock_from
from shared.db import Database
from shared.http.jwks import RemoteKeys
from shared.http.sister import Sister, Tokens
from shared.http.tokens import TokenSource
from shared.jobs.queue import Queue
from shared.settings import ProcessSettings


@dataclass(frozen=True, kw_only=True)
class KitParts:
    """What a service's wiring begins with. `clock` is the domain's time; tokens are judged by the real clock."""

    db: Database
    clock: Clock
    verifier: TokenVerifier
    http: httpx.AsyncClient
    tokens: Tokens
    queue: Queue

    async def close(self) -> None:
        """Give back connections, to the database and to the sisters."""
        await self.http.aclose()
        await self.db.close()

    def sister(self, name: str, url: str, timeout: float) -> Sister:
        """One sister service, to be asked with this service's own tokens; an answer may take `timeout` seconds."""
        return Sister(name, url, self.http, self.tokens, timeout=timeout)


class Given(TypedDict, total=False):
    """Parts that are handed in: by tests, and by whoever runs several services in one process."""

    db: Database
    clock: Clock
    verifier: TokenVerifier
    http: httpx.AsyncClient
    tokens: Tokens


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities whose certificates are believed: read once, which takes 25 ms, and shared by forked processes."""
    return httpx.create_ssl_context()


def kit_parts(settings: ProcessSettings, **given: Unpack[Given]) -> KitParts:
    """The parts as the settings say; those that are given are used instead."""
    real = SystemClock()
    http = given.get("http") or httpx.AsyncClient(verify=_trusted())
    keys = RemoteKeys(http, real)
    confined = settings.confined_issuers
    own = TokenSource(
        http,
        settings.issuers[0],
        settings.client_id,
        client_secret=settings.client_secret,
        key_file=settings.client_key_file,
        clock=real,
    )
    return KitParts(
        db=given.get("db") or Database(settings.database_url, pool_size=settings.pool_size),
        clock=given.get("clock") or clock_from(settings.clock_file),
        verifier=given.get("verifier")
        or TokenVerifier(settings.issuers, settings.audience, real, keys, confined=confined),
        http=http,
        tokens=given.get("tokens") or own,
        queue=Queue(settings.database_url),
    )
