"""A forger's workshop: tokens put together byte by byte, as no decent library would."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey

from tests.principals import TEST_KEY

GOOD_HEADER: Mapping[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": "test-key"}


def encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


def der_signature(text: str, key: ECKey = TEST_KEY) -> bytes:
    assert key.private_key is not None
    return key.private_key.sign(text.encode(), ECDSA(hashes.SHA256()))


def jose_signature(text: str, key: ECKey = TEST_KEY) -> bytes:
    r, s = decode_dss_signature(der_signature(text, key))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def put_together(
    header: Mapping[str, Any] | bytes, payload: Mapping[str, Any] | bytes, key: ECKey = TEST_KEY
) -> str:
    """Header and payload, as mappings or as raw bytes, under a signature that is right for them."""
    text = unsigned(header, payload)
    return f"{text}.{encoded(jose_signature(text, key))}"


def unsigned(header: Mapping[str, Any] | bytes, payload: Mapping[str, Any] | bytes) -> str:
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    return ".".join(encoded(part) for part in parts)
