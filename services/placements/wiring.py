"""How the parts of the placements service are put together. Nothing else constructs them."""

from dataclasses import dataclass

import httpx

from services.placements.clients.educators import Educators
from services.placements.clients.mail import Mail
from services.placements.models.conflicts import CONFLICTS
from services.placements.operations.imports import kinds
from services.placements.settings import Settings
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
    """The parts of a running placements service, shared by its API and its worker."""

    settings: Settings
    db: Database
    clock: Clock
    verifier: TokenVerifier
    http: httpx.AsyncClient
    queue: Queue
    to_educators: Sister
    to_hubs: Sister
    educators: Educators
    mail: Mail
    importer: Importer

    async def close(self) -> None:
        """Give back connections, to the database and to the sisters."""
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
    tokens = tokens or _own_tokens(settings, http, real)
    limit = settings.sister_timeout
    to_educators = Sister("educators", settings.educators_url, http, tokens, timeout=limit)
    educators = Educators(to_educators)
    return Wiring(
        settings=settings,
        db=db,
        clock=clock,
        verifier=verifier or TokenVerifier(settings.issuers, settings.audience, real, RemoteKeys(http, real)),
        http=http,
        queue=Queue(settings.database_url),
        to_educators=to_educators,
        to_hubs=Sister("hubs", settings.hubs_url, http, tokens, timeout=limit),
        educators=educators,
        mail=Mail(settings.smtp_host, settings.smtp_port, settings.mail_from),
        importer=Importer(db, clock, kinds(educators.lookup), CONFLICTS),
    )


def _own_tokens(settings: Settings, http: httpx.AsyncClient, clock: Clock) -> Tokens:
    return TokenSource(
        http,
        settings.issuers[0],
        settings.client_id,
        client_secret=settings.client_secret,
        key_file=settings.client_key_file,
        clock=clock,
    )
