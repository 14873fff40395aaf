"""Checking access tokens: RFC 9068, with everything refused that is not certainly good."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from shared.auth.claims import LEEWAY, AccessClaims, claims_in
from shared.auth.compact import BadToken, Unverified, take_apart
from shared.auth.keys import KeySource, PublicKey
from shared.auth.principal import Principal
from shared.clock import Clock

__all__ = ["BadToken", "TokenVerifier"]

_KINDS = frozenset({"at+jwt", "application/at+jwt"})
_REMEMBERED = 4096


class _Checked(NamedTuple):
    principal: Principal
    issuer: str
    key_id: str
    key: PublicKey
    expires: int


class TokenVerifier:
    """Judges access tokens for one audience. Costs no I/O as long as the issuers' keys are known.

    `issuers` are accepted exactly as written. An issuer that belongs to one partnership is named in
    `confined`: it can then speak for that partnership only, and never for a sister service. Give it the real
    clock; simulated time is not for tokens. A good token is remembered by its hash until it expires, or until
    its key is no longer the issuer's.
    """

    def __init__(
        self,
        issuers: Sequence[str],
        audience: str,
        clock: Clock,
        keys: KeySource,
        *,
        confined: Mapping[str, UUID] | None = None,
    ) -> None:
        self._issuers = frozenset(issuers)
        self._audience = audience
        self._clock = clock
        self._keys = keys
        self._confined = dict(confined or {})
        self._checked: OrderedDict[bytes, _Checked] = OrderedDict()

    async def verify(self, token: str) -> Principal:
        """The caller whom the token proves; else `BadToken`, or `Unavailable` when its issuer is silent."""
        now = self._clock.now().timestamp()
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        seen = self._checked.get(digest)
        if seen is not None and now < seen.expires and await self._still_stands(seen):
            return seen.principal
        checked = await self._check(token, now)
        self._checked[digest] = checked
        if len(self._checked) > _REMEMBERED:
            self._checked.popitem(last=False)
        return checked.principal

    async def _still_stands(self, seen: _Checked) -> bool:
        return await self._keys.key_of(seen.issuer, seen.key_id) is seen.key

    async def _check(self, token: str, now: float) -> _Checked:
        unverified = take_apart(token)
        issuer, key_id = self._origin(unverified)
        key = await self._keys.key_of(issuer, key_id)
        if key is None:
            raise BadToken("The token is signed with a key its issuer does not have.")
        if not unverified.signed_by(key):
            raise BadToken("The token's signature is wrong.")
        claims = claims_in(unverified.payload)
        if not claims.names_audience(self._audience):
            raise BadToken("The token is meant for somebody else.")
        claims.check_times(now)
        return _Checked(self._principal(claims), issuer, key_id, key, claims.exp + LEEWAY)

    def _origin(self, unverified: Unverified) -> tuple[str, str]:
        if unverified.kind not in _KINDS:
            raise BadToken("The token is not an access token (typ at+jwt).")
        if not unverified.key_id:
            raise BadToken("The token does not say which key signed it.")
        issuer = unverified.claims.get("iss")
        if not isinstance(issuer, str) or issuer not in self._issuers:
            raise BadToken("The token comes from an issuer that is not trusted here.")
        return issuer, unverified.key_id

    def _principal(self, claims: AccessClaims) -> Principal:
        principal = claims.principal()
        own = self._confined.get(claims.iss)
        if own is not None and (principal.partnership_id != own or "service" in principal.roles):
            raise BadToken("The token's issuer may not speak for that partnership.")
        return principal
