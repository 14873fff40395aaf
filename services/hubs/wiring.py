"""How the parts of the hubs service are put together. Nothing else constructs them."""

from dataclasses import dataclass

import httpx

from services.hubs.clients.placements import Placements
from services.hubs.domain.sealing import MasterKeys, master_keys
from services.hubs.models.conflicts import CONFLICTS
from services.hubs.operations.imports import KINDS
from services.hubs.settings import Settings
from shared.auth.tokens import TokenVerifier
from shared.clock import Clock, SystemClock, clock_from
from shared.db import Database
from shared.http.jwks import RemoteKeys
from shared.http.sister import Sister, Tokens
from shared.http.tokens import TokenSource
from shared.imports.run import Importer
from shared.jobs.queue import Queue


class MasterKeyMissing(ValueError):
    """Without a master key no reflection could be kept secret, so the service does not start."""


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """The parts of a running hubs service, shared by its API and its worker."""

    settings: Settings
    db: Database
    clock: Clock
    verifier: TokenVerifier
    http: httpx.AsyncClient
    queue: Queue
    keys: MasterKeys
    to_placements: Sister
    placements: Placements
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
    """All parts as the settings say; any of them can be handed in instead. Tokens are judged by the real clock.

    `MasterKeyMissing` when no master key is configured, `BadMasterKey` when it cannot be used.
    """
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
    limit = settings.sister_timeout
    to_placements = Sister("placements", settings.placements_url, http, tokens, timeout=limit)
    return Wiring(
        settings=settings,
        db=db,
        clock=clock,
        verifier=verifier or TokenVerifier(settings.issuers, settings.audience, real, RemoteKeys(http, real)),
        http=http,
        queue=Queue(settings.database_url),
        keys=_master_keys(settings),
        to_placements=to_placements,
        placements=Placements(to_placements),
        importer=Importer(db, clock, KINDS, CONFLICTS),
    )


def _master_keys(settings: Settings) -> MasterKeys:
    file = settings.master_key_file
    current = file.read_text("ascii") if file is not None else settings.master_key.get_secret_value()
    if not current.strip():
        raise MasterKeyMissing(
            "HUBS_MASTER_KEY_FILE or HUBS_MASTER_KEY must be set: 32 random bytes in base64. "
            "Keep a copy apart from the database's backups: without the key reflections cannot be read."
        )
    return master_keys(current, (key.get_secret_value() for key in settings.retired_master_keys))
