"""The issuer's parts, put together in one place."""

from dataclasses import dataclass

from shared.auth.issuer.settings import IssuerSettings
from shared.auth.issuer.signing import KeyRing
from shared.auth.tokens import TokenVerifier
from shared.clock import Clock, SystemClock
from shared.db import Database


@dataclass(frozen=True)
class Wiring:
    """All that the issuer is made of. `clock` is the real one: tokens know no simulated time."""

    settings: IssuerSettings
    db: Database
    clock: Clock
    keys: KeyRing
    verifier: TokenVerifier

    async def close(self) -> None:
        """Give the database its connections back."""
        await self.db.close()


def wire(settings: IssuerSettings, *, db: Database | None = None, clock: Clock | None = None) -> Wiring:
    """Put the parts together; tests hand in a database and a clock."""
    db = db or Database(settings.database_url, pool_size=settings.pool_size)
    clock = clock or SystemClock()
    keys = KeyRing(db, clock, settings.issuer)
    verifier = TokenVerifier([settings.issuer], settings.audience, clock, keys)
    return Wiring(settings, db, clock, keys, verifier)
