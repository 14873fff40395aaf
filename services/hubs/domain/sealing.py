"""Envelope encryption of what only the student may read.

AES-256-GCM (NIST SP 800-38D) with a data key per student, and each data key wrapped by the service's master key. What a
sealed text is about goes in as associated data, so that a row moved to another student or another reflection does not open.
Nonces are 96 random bits: a student writes far fewer than the 2^32 texts for which that is safe. Deleting a data key erases
what it sealed.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12


class CannotUnseal(RuntimeError):
    """The key is not the right one, or what was sealed has been changed. Never a user's fault."""


class KeyUnavailable(Unavailable, CannotUnseal):
    """The master key that wrapped a student's key was not given to this process. Nothing is lost; the operator names it."""

    def __init__(self) -> None:
        words = "What is sealed cannot be opened here just now. Nothing was changed, and nothing is lost; try again later."
        super().__init__("key_unavailable", words)


class BadMasterKey(ValueError):
    """The configured master key is no 32 bytes in base64."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A student's data key as it is stored: sealed by the master key whose id is named."""

    master_key_id: str
    sealed: bytes


def new_data_key() -> bytes:
    """A fresh random data key (256 bits)."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, text: bytes, about: bytes) -> bytes:
    """The nonce followed by the encrypted text and its tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, text, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """The text again; `CannotUnseal` when the key, the bytes or what they are about do not belong together."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal("sealed text cannot be opened with this key for this purpose") from error


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The key that wraps data keys now, and older ones that still unwrap what they wrapped. Never shown, never logged."""

    current: bytes = field(repr=False)
    retired: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def current_id(self) -> str:
        """By which name the current master key is kept beside what it wrapped."""
        return _id_of(self.current)

    def wrap(self, data_key: bytes, about: bytes) -> WrappedKey:
        """The data key, ready to be stored."""
        return WrappedKey(self.current_id, seal(self.current, data_key, about))

    def unwrap(self, wrapped: WrappedKey, about: bytes) -> bytes:
        """The data key again; `KeyUnavailable` when its master key is not among those configured."""
        for key in (self.current, *self.retired):
            if _id_of(key) == wrapped.master_key_id:
                return unseal(key, wrapped.sealed, about)
        raise KeyUnavailable


def master_keys(current: str, retired: Iterable[str] = ()) -> MasterKeys:
    """Master keys from their base64 texts (standard or URL-safe alphabet)."""
    return MasterKeys(_key_from(current), tuple(_key_from(text) for text in retired))


def _key_from(text: str) -> bytes:
    plain = text.strip().replace("-", "+").replace("_", "/")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise BadMasterKey("the master key is no base64") from error
    if len(key) != KEY_BYTES:
        raise BadMasterKey(f"the master key has {len(key)} bytes, {KEY_BYTES} are needed")
    return key


def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"practicum hubs master key\n" + key).hexdigest()[:16]
