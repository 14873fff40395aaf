"""Where a service gets its own access tokens for questions to its sisters (OAuth 2 client credentials)."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import httpx
import structlog
from joserfc import jwt
from joserfc.jwk import ECKey, JWKRegistry, OctKey, OKPKey, RSAKey

from shared.clock import Clock
from shared.db import assert_nothing_open
from shared.http.discovery import PATIENCE, Endpoints, IssuerSilent, discover
from shared.ids import new_id

AHEAD = timedelta(seconds=60)
"""How long before its expiry a token is replaced."""

PAUSE = timedelta(seconds=1)
"""How long after asking in vain nobody asks again."""

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_SECONDS = 60
_MOST_KEPT = 1000
_ATTEMPTS = 3


PrivateKey = ECKey | RSAKey | OKPKey

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger()


@dataclass(slots=True)
class _Slot:
    """The token kept for one partnership."""

    token: str = ""
    expires_at: datetime = _LONG_AGO
    failed_at: datetime = _LONG_AGO
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def due(self, now: datetime) -> bool:
        return now >= self.expires_at - AHEAD


class TokenSource:
    """Tokens of one client, kept until a minute before they expire: one for each partnership the client acts for.

    The client proves itself with the private key in `key_file` (a JWK; `private_key_jwt`) or, in development
    only, with `client_secret`. Callers who need the same token share one request. While the issuer is down a
    token that has not expired is still given. Give it the real clock.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        issuer: str,
        client_id: str,
        *,
        client_secret: str = "",
        key_file: Path | None = None,
        clock: Clock,
    ) -> None:
        self._http = http
        self._issuer = issuer
        self._client_id = client_id
        self._secret = client_secret
        self._key = _private_key(key_file) if key_file else None
        self._clock = clock
        self._endpoints: Endpoints | None = None
        self._slots: OrderedDict[UUID | None, _Slot] = OrderedDict()

    async def token(self, partnership_id: UUID | None = None) -> str:
        """A token to act for the partnership, or for following the feeds of all; `IssuerSilent` when there is none."""
        slot = self._slots.setdefault(partnership_id, _Slot())
        self._slots.move_to_end(partnership_id)
        if len(self._slots) > _MOST_KEPT:
            self._slots.popitem(last=False)
        if not slot.due(self._clock.now()):
            return slot.token
        async with slot.asking:
            now = self._clock.now()
            if slot.due(now) and now >= slot.failed_at + PAUSE:
                await self._renew(slot, partnership_id, now)
        if now >= slot.expires_at:
            raise IssuerSilent
        return slot.token

    async def _renew(self, slot: _Slot, partnership_id: UUID | None, now: datetime) -> None:
        assert_nothing_open()
        form = {"grant_type": "client_credentials"}
        if partnership_id is not None:
            form["partnership_id"] = str(partnership_id)
        try:
            async with asyncio.timeout(PATIENCE):
                answer = (await self._ask(form, now)).json()
            slot.token, slot.expires_at = (
                answer["access_token"],
                now + timedelta(seconds=answer["expires_in"]),
            )
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            IssuerSilent,
            KeyError,
            TypeError,
            ValueError,
            TimeoutError,
        ) as error:
            log.warning("no_token", client_id=self._client_id, reason=type(error).__name__)
            slot.failed_at = self._clock.now()  # only now, or those who waited with us would each wait again

    async def _ask(self, form: Mapping[str, str], now: datetime) -> httpx.Response:
        for attempt in range(_ATTEMPTS):
            try:
                response = await self._post(form, now)
            except (httpx.TransportError, IssuerSilent):
                await asyncio.sleep(0.05 * 2**attempt)
                continue
            if not response.is_server_error:
                return response.raise_for_status()
        raise IssuerSilent

    async def _post(self, form: Mapping[str, str], now: datetime) -> httpx.Response:
        if self._endpoints is None:
            self._endpoints = await discover(self._http, self._issuer)
        url = self._endpoints.token_endpoint
        if url is None:
            raise IssuerSilent
        if self._key is not None:
            assertion = _assertion(self._client_id, self._issuer, self._key, now)
            form = {**form, "client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion}
            return await self._http.post(url, data=form, follow_redirects=False)
        who = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._secret, safe=""))
        return await self._http.post(url, data=form, auth=who, follow_redirects=False)


def _assertion(client_id: str, issuer: str, key: PrivateKey, now: datetime) -> str:
    algorithm = "Ed25519" if isinstance(key, OKPKey) else "ES256" if isinstance(key, ECKey) else "PS256"
    header = {"alg": algorithm, "typ": "JWT"} | ({"kid": key.kid} if key.kid else {})
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + _ASSERTION_SECONDS,
        "jti": str(new_id()),
    }
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def _private_key(file: Path) -> PrivateKey:
    key = JWKRegistry.import_key(json.loads(file.read_text("utf-8")))
    if isinstance(key, OctKey) or not key.is_private:
        raise ValueError("the key file must hold a private EC, RSA or Ed25519 key as a JWK")
    return key
