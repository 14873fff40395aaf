"""The keys of remote issuers: found by discovery, kept, and asked for again only as often as is decent."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import structlog

from shared.auth.keys import PublicKey, keys_in
from shared.clock import Clock
from shared.http.discovery import IssuerSilent, discover, fetch_json

log = structlog.get_logger()

FRESH_FOR = timedelta(minutes=10)
"""How long keys are used without asking whether they still stand."""

STALE_FOR = timedelta(hours=24)
"""How long keys are used on while their issuer does not answer."""

ASK_AGAIN = timedelta(minutes=1)
"""How long after asking about an unknown key, or about stale keys in vain, the same question waits."""

FIRST_AGAIN = timedelta(seconds=1)
"""How soon an issuer that was never heard is asked again: it may be starting beside us."""

MOST_UNKNOWN = 6
"""Questions about unknown keys an issuer gets in a minute, whatever ids callers make up."""

_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(slots=True)
class _Known:
    """What we know of one issuer."""

    keys: dict[str, PublicKey] = field(default_factory=dict)
    heard_at: datetime = _LONG_AGO
    asked_at: datetime = _LONG_AGO
    unknown: dict[str, datetime] = field(default_factory=dict)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def never_heard(self) -> bool:
        return self.heard_at == _LONG_AGO

    def fresh(self, now: datetime) -> bool:
        return now < self.heard_at + FRESH_FOR

    def worth_asking(self, key_id: str, now: datetime) -> bool:
        """Whether the issuer may be asked now, on account of this key."""
        if self.never_heard:
            return now >= self.asked_at + FIRST_AGAIN
        if not self.fresh(now):
            return now >= self.asked_at + ASK_AGAIN
        if key_id in self.keys:
            return False
        self.unknown = {kid: at for kid, at in self.unknown.items() if now < at + ASK_AGAIN}
        return key_id not in self.unknown and len(self.unknown) < MOST_UNKNOWN

    def hear(self, keys: dict[str, PublicKey], now: datetime) -> None:
        """Take over the issuer's present keys. A key that stands as it was stays the same object."""
        for key_id, key in keys.items():
            old = self.keys.get(key_id)
            if old is not None and old.as_dict() == key.as_dict():
                keys[key_id] = old
        self.keys, self.heard_at = keys, now


class RemoteKeys:
    """A `KeySource` over HTTP. Give it the real clock.

    Known keys cost no I/O for ten minutes. Then one caller asks the issuer, and the others go on with what is
    known; so they do for a day if the issuer is down. An unknown key id makes us ask at once, but only once a
    minute for the same id and six times for all, and callers who wait for the same answer share it.
    """

    def __init__(self, http: httpx.AsyncClient, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def key_of(self, issuer: str, key_id: str) -> PublicKey | None:
        """The issuer's key of that id, or None; `IssuerSilent` when nothing (recent) is known of the issuer."""
        known = self._known.get(issuer)
        if known is None:
            known = self._known.setdefault(issuer, _Known())
        now = self._clock.now()
        key = known.keys.get(key_id)
        if key is not None and (
            known.fresh(now) or (known.asking.locked() and now < known.heard_at + STALE_FOR)
        ):
            return key
        async with known.asking:
            now = self._clock.now()
            if known.worth_asking(key_id, now):
                await self._ask(issuer, known, key_id, now)
        if now >= known.heard_at + STALE_FOR:
            raise IssuerSilent
        return known.keys.get(key_id)

    async def _ask(self, issuer: str, known: _Known, key_id: str, now: datetime) -> None:
        if known.fresh(now):
            known.unknown[key_id] = now
        try:
            endpoints = await discover(self._http, issuer)
            known.hear(keys_in(await fetch_json(self._http, endpoints.jwks_uri)), now)
        except (IssuerSilent, ValueError) as error:
            log.warning("issuer_silent", issuer=issuer, reason=type(error).__name__)
        known.asked_at = self._clock.now()  # only now, or those who waited with us would each wait again
