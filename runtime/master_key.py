"""The master key: what lies in the database and must stay secret is wrapped with it, and it never lies there itself."""

import base64
import binascii
from collections.abc import Sequence
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime.ids import random_bytes

KEY_BYTES = 32
KEY_ID_BYTES = 8
NONCE_BYTES = 12
FORM = b"\x01"
HEAD_BYTES = len(FORM) + KEY_ID_BYTES + NONCE_BYTES
KEYS_MAX = 16


class UnusableMasterKey(Exception):
    """One line that says what cannot be done with the master keys that were given, and the way out; never a key."""


class MasterKey:
    """Wraps with the first of its keys and unwraps with any, so that keys can be changed while everything runs."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {key_id(key): AESGCM(key) for key in keys}
        self._first = key_id(keys[0])

    def wrap(self, purpose_and_id: bytes, secret: bytes) -> bytes:
        """`secret`, readable again only under the same `purpose_and_id`: nobody can put it in another's place."""
        nonce = random_bytes(NONCE_BYTES)
        sealed = self._keys[self._first].encrypt(nonce, secret, purpose_and_id)
        return FORM + self._first + nonce + sealed

    def unwrap(self, purpose_and_id: bytes, wrapped: bytes) -> bytes:
        """Raises UnusableMasterKey when it was wrapped with a key that is not given, or is not what was wrapped."""
        if not wrapped.startswith(FORM) or len(wrapped) <= HEAD_BYTES:
            raise UnusableMasterKey("what should be unwrapped was not wrapped by this program")
        name = wrapped[len(FORM) : len(FORM) + KEY_ID_BYTES]
        key = self._keys.get(name)
        if key is None:
            raise UnusableMasterKey(
                f"wrapped with the master key {name.hex()}, which is not given: "
                "add it to SEATLEDGER_MASTER_KEY, after the first one"
            )
        nonce = wrapped[HEAD_BYTES - NONCE_BYTES : HEAD_BYTES]
        try:
            return key.decrypt(nonce, wrapped[HEAD_BYTES:], purpose_and_id)
        except InvalidTag:
            raise UnusableMasterKey(
                f"what was wrapped with the master key {name.hex()} was changed or moved since: restore it from a backup"
            ) from None

    def is_first(self, wrapped: bytes) -> bool:
        """Whether it was wrapped with the key that wraps now."""
        return wrapped.startswith(FORM + self._first)


def key_id(key: bytes) -> bytes:
    """Tells keys apart and gives nothing of them away."""
    return blake2b(key, digest_size=KEY_ID_BYTES, person=b"master-key-id").digest()


def master_keys(text: str) -> list[bytes]:
    """The keys of a comma separated list, each 32 bytes in base64url or hex. Raises ValueError, without the text."""
    keys = [_key(part.strip()) for part in text.split(",") if part.strip()]
    if not 1 <= len(keys) <= KEYS_MAX:
        raise ValueError(f"give 1 to {KEYS_MAX} keys, separated by commas")
    return keys


def _key(text: str) -> bytes:
    try:
        if len(text) == 2 * KEY_BYTES:
            return bytes.fromhex(text)
        plain = text.rstrip("=").replace("+", "-").replace("/", "_")
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"each key is {KEY_BYTES} bytes of chance, in base64url or hex: openssl rand -hex 32 makes one")
    return key
