"""Signed tokens taken apart (RFC 7515, compact form); refused is all that two readers could read differently.

Reading proves nothing: what comes out is `Unverified` until `signed_by` has agreed with a key which we chose
ourselves.
"""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.util import urlsafe_b64decode

from shared.auth.keys import ALGORITHMS, PublicKey
from shared.errors import Unauthorised

SIZE_LIMIT = 8 * 1024
"""Longest token we look at, in characters."""

_REGISTRY = jws.JWSRegistry(algorithms=ALGORITHMS)
_HEADERS = frozenset({"alg", "typ", "kid", "x5t", "x5t#S256"})


class BadToken(Unauthorised):
    """The token cannot be accepted; the detail says why, in words that repeat nothing of it."""

    def __init__(self, detail: str) -> None:
        super().__init__("invalid_token", detail)


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a token claims about itself, before anybody has checked the signature."""

    algorithm: str
    kind: str | None
    """Its `typ`, in lower case."""
    key_id: str | None
    claims: dict[str, Any]
    payload: bytes
    _signed: jws.CompactSignature

    def signed_by(self, key: PublicKey) -> bool:
        """Whether this content was signed with the private half of `key`, by an algorithm made for it."""
        try:
            return jws.validate_compact(self._signed, key, registry=_REGISTRY)
        except (JoseError, ValueError):
            return False


def take_apart(token: str) -> Unverified:
    """Read a compact token strictly, or refuse it as `BadToken`.

    Refused are: more than 8 KB, anything but three parts of canonical base64url, JSON that names a member
    twice, and every header beyond the few we understand. So keys inside the token or fetched from where it
    says (`jwk`, `jku`, `x5c`, `x5u`) are never looked at, and neither is anything marked critical (`crit`).
    """
    if len(token) > SIZE_LIMIT:
        raise BadToken("The token is longer than 8 KB.")
    if not token.isascii():
        raise BadToken("The token holds characters that no token has.")
    raw = token.encode("ascii")
    try:
        header = _object(urlsafe_b64decode(raw.partition(b".")[0]))
        signed = jws.extract_compact(raw, registry=_REGISTRY)
        claims = _object(signed.payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise BadToken("The token is not a signed JWT in compact form.") from error
    if not _HEADERS.issuperset(header) or not all(isinstance(value, str) for value in header.values()):
        raise BadToken("The token has a header that is not accepted here.")
    if header["alg"] not in ALGORITHMS:
        raise BadToken("The token is signed with an algorithm that is not accepted here.")
    kind = header.get("typ")
    return Unverified(header["alg"], kind and kind.lower(), header.get("kid"), claims, signed.payload, signed)


def _object(raw: bytes) -> dict[str, Any]:
    value = json.loads(raw, object_pairs_hook=_once, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - all that is wrong with the text is one kind of wrong
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is named twice")
    return members


def _no_constant(_: str) -> NoReturn:
    raise ValueError("not a JSON number")
