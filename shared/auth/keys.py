"""The keys with which issuers sign, and where they come from."""

from collections.abc import Mapping
from typing import Protocol

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey
from joserfc.util import base64_to_int

ALGORITHMS = ("ES256", "PS256", "RS256", "Ed25519")
"""Signatures accepted on tokens and assertions: asymmetric only. The embedded issuer signs with ES256."""

PublicKey = ECKey | RSAKey | OKPKey

_MOST_KEYS = 50
_CURVES = frozenset({"P-256", "Ed25519"})
_LEAST_RSA_BITS = 2048


class KeySource(Protocol):
    """Something that knows the public keys of issuers."""

    async def key_of(self, issuer: str, key_id: str) -> PublicKey | None:
        """The issuer's key of that id, or None when the issuer has no such key.

        Raises `Unavailable` when the issuer has never been heard. The same object is given as long as the key
        stands.
        """
        ...


class FixedKeys:
    """Keys handed in once: for tests, and for the issuer judging its own tokens."""

    def __init__(self, keys: Mapping[str, Mapping[str, PublicKey]]) -> None:
        self._keys = keys

    async def key_of(self, issuer: str, key_id: str) -> PublicKey | None:
        """The issuer's key of that id, or None."""
        return self._keys.get(issuer, {}).get(key_id)


def keys_in(document: object) -> dict[str, PublicKey]:
    """The usable signature keys of a JWK Set (RFC 7517), by key id; what we cannot read or trust is left out.

    Left out are keys without an id, symmetric keys, keys for encryption, RSA under 2,048 bits and foreign
    curves; of two keys with one id both are left out, because nobody can tell which is meant. At most the
    first fifty are looked at. Raises ValueError when the document is no JWK Set at all.
    """
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("not a JWK Set")  # noqa: TRY004 - a wrong document, not a wrong call
    found: dict[str, PublicKey] = {}
    doubtful: set[str] = set()
    for entry in document["keys"][:_MOST_KEYS]:
        key = _key(entry)
        if key is None or key.kid is None:
            continue
        if key.kid in found:
            doubtful.add(key.kid)
        found[key.kid] = key
    return {key_id: key for key_id, key in found.items() if key_id not in doubtful}


def _key(entry: object) -> PublicKey | None:
    if not isinstance(entry, dict) or not entry.get("kid") or entry.get("kty") not in {"EC", "RSA", "OKP"}:
        return None
    try:
        if entry["kty"] == "RSA" and base64_to_int(entry["n"]).bit_length() < _LEAST_RSA_BITS:
            return None
        key = JWKRegistry.import_key(entry)
        key.check_use("sig")
        key.check_key_op("verify")
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key
    return key if isinstance(key, ECKey | OKPKey) and key.curve_name in _CURVES else None
