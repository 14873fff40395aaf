"""The issuer's signing keys.

They are made once however many processes start, published before they sign, kept until their last token has expired, and
then forgotten.
"""

from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.claims import LEEWAY
from shared.auth.issuer.models import SigningKey, UsedAssertion
from shared.auth.issuer.settings import TOKEN_LIFE
from shared.auth.keys import PublicKey, keys_in
from shared.clock import Clock
from shared.db import Database

PUBLISHED_BEFORE = timedelta(minutes=15)
"""How long a new key is published before it signs: longer than verifiers keep keys, so none meets an unknown one."""

KEPT_AFTER = TOKEN_LIFE + timedelta(seconds=LEEWAY + 60)
"""How long a key stays published after its last signature."""

_RELOADED_AFTER = timedelta(seconds=30)


async def ensure_key(session: AsyncSession, now: datetime) -> None:
    """Make the first key, to sign at once, unless there is one. Two processes that start together make one key."""
    await _hold_keys(session)
    if (await session.execute(_latest())).first() is None:
        await _make(session, now, signs_from_at=now)


async def rotate(session: AsyncSession, now: datetime) -> str:
    """Make a new key and let the present ones retire once it signs and their last tokens have expired; returns its id.

    Tokens signed before stay valid. The new key signs a quarter of an hour from `now` (real time).
    """
    await _hold_keys(session)
    signs_from_at = now + PUBLISHED_BEFORE
    standing = update(SigningKey).where(SigningKey.retires_at.is_(None))
    await session.execute(standing.values(retires_at=signs_from_at + KEPT_AFTER))
    return await _make(session, now, signs_from_at)


async def tend(session: AsyncSession, now: datetime, rotate_every: timedelta) -> None:
    """Regular care: rotate when the newest key has come of age, forget retired keys and assertions that have expired."""
    await _hold_keys(session)
    newest = (await session.execute(_latest())).scalar_one_or_none()
    if newest is not None and newest + rotate_every <= now:
        await rotate(session, now)
    await session.execute(delete(SigningKey).where(SigningKey.retires_at <= now))
    await session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at <= now))


class KeyRing:
    """The standing keys as one process sees them, read again from the database every half minute.

    It is the issuer's own `KeySource`, so the issuer judges its tokens without asking itself over HTTP.
    """

    def __init__(self, db: Database, clock: Clock, issuer: str) -> None:
        self._db = db
        self._clock = clock
        self._issuer = issuer
        self._read_at: datetime | None = None
        self._rows: list[tuple[ECKey, datetime, datetime | None]] = []
        self._public: dict[str, PublicKey] = {}

    async def signer(self) -> ECKey:
        """The private key that signs now."""
        now = await self._current()
        standing = [(since, key) for key, since, until in self._rows if since <= now and _stands(until, now)]
        if not standing:
            raise RuntimeError(
                "the issuer has no signing key: it was not prepared, or its database was emptied"
            )
        return max(standing, key=lambda entry: entry[0])[1]

    async def published(self) -> dict[str, Any]:
        """The JWK Set (RFC 7517) of all standing keys, public halves only."""
        now = await self._current()
        return {"keys": [key.as_dict(private=False) for key, _, until in self._rows if _stands(until, now)]}

    async def key_of(self, issuer: str, key_id: str) -> PublicKey | None:
        """The public key of that id, when it is the issuer's own and has not retired."""
        await self._current()
        return self._public.get(key_id) if issuer == self._issuer else None

    async def _current(self) -> datetime:
        now = self._clock.now()
        if self._read_at is None or not self._read_at <= now < self._read_at + _RELOADED_AFTER:
            await self._read(now)
        return now

    async def _read(self, now: datetime) -> None:
        columns = SigningKey.private_jwk, SigningKey.signs_from_at, SigningKey.retires_at
        stands = or_(SigningKey.retires_at.is_(None), SigningKey.retires_at > now)
        async with self._db.read() as connection:
            rows = (await connection.execute(select(*columns).where(stands))).all()
        self._rows = [(ECKey.import_key(row.private_jwk), row.signs_from_at, row.retires_at) for row in rows]
        self._public = keys_in({"keys": [key.as_dict(private=False) for key, _, _ in self._rows]})
        self._read_at = now


def _stands(until: datetime | None, now: datetime) -> bool:
    return until is None or now < until


def _latest() -> Any:
    return select(SigningKey.created_at).order_by(SigningKey.created_at.desc()).limit(1)


async def _hold_keys(session: AsyncSession) -> None:
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("signing_keys", 0))))


async def _make(session: AsyncSession, now: datetime, signs_from_at: datetime) -> str:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    kid = str(key.kid)
    row = {
        "kid": kid,
        "private_jwk": key.as_dict(private=True),
        "created_at": now,
        "signs_from_at": signs_from_at,
    }
    await session.execute(insert(SigningKey).values(row))
    return kid
