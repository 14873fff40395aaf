"""How the parts of the educators service are put together. Nothing else constructs them."""

from dataclasses import dataclass

import httpx

from services.educators.clients.placements import Placements
from services.educators.models.conflicts import CONFLICTS
from services.educators.operations.imports import kinds
from services.educators.settings import Settings
from shared.auth.tokens import TokenVerifier
from shared.clock import Clock, SystemClock, clock_from
from shared.db import Database
from shared.http.jwks import RemoteKeys
from shared.http.sister import Sister, Tokens
from shared.http.tokens import TokenSource
from shared.imports.run import Importer
from shared.jobs.queue import Queue


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """The parts of a running educators service, shared by its API and its worker."""

    settings: Settings
    db: Database
    clock: Clock
    verifier: TokenVerifier
    http: httpx.AsyncClient
    queue: Queue
    to_placements: Sister
    placements: Placements
    importer: Importer

    async def close(self) -> None:
        """Give back connections, to the database and to the sister."""
        await self.http.aclose()
        await self.db.close()


def wire(
    settings: Settings,
    *,
    db: Database | None = None,
    clock: Clock | None = None,
    verifier: TokenVerifier | None = None,
    http: httpx.AsyncClient | None = None,
    tokens: Tokens | None = None,
) -> Wiring:
    """All parts as the settings say; any of them can be handed in instead. Tokens are judged by the real clock."""
    real = SystemClock()
    http = http or httpx.AsyncClient()
    db = db or Database(settings.database_url, pool_size=settings.pool_size)
    clock = clock or clock_from(settings.clock_file)
    tokens = tokens or TokenSource(
        http,
        settings.issuers[0],
        settings.client_id,
        client_secret=settings.client_secret,
        key_file=settings.client_key_file,
        clock=real,
    )
    to_placements = Sister(
        "placements", settings.placements_url, http, tokens, timeout=settings.sister_timeout
    )
    placements = Placements(to_placements)
    keys = RemoteKeys(http, real)
    return Wiring(
        settings=settings,
        db=db,
        clock=clock,
        verifier=verifier or TokenVerifier(settings.issuers, settings.audience, real, keys),
        http=http,
        queue=Queue(settings.database_url),
        to_placements=to_placements,
        placements=placements,
        importer=Importer(db, clock, kinds(placements.organisations_named), CONFLICTS),
    )
