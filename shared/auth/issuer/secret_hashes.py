"""Client secrets as they are stored: scrypt (RFC 7914) with a salt, its cost written beside the hash.

Secrets are long and made by machines, so the cost is set for a sandbox that registers hundreds of personas in
a minute.
"""

import hashlib
import hmac
import os
from base64 import b64decode, b64encode

_COST = (2**12, 8, 1)
_NOBODY = "scrypt$4096$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def hashed(secret: str) -> str:
    """The secret as it may be stored."""
    salt = os.urandom(16)
    return "$".join(["scrypt", *map(str, _COST), b64encode(salt).decode(), _digest(secret, salt, *_COST)])


def matches(secret: str, stored: str | None) -> bool:
    """Whether this is the secret. For a client that has none it takes as long to say no."""
    _, n, r, p, salt, digest = (stored or _NOBODY).split("$")
    found = _digest(secret, b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, digest) and stored is not None


def _digest(secret: str, salt: bytes, n: int, r: int, p: int) -> str:
    return b64encode(hashlib.scrypt(secret.encode(), salt=salt, n=n, r=r, p=p, dklen=32)).decode()
