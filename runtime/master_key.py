"""The key that wraps every other key we keep: whoever has the database alone has none of them."""

import base64
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime.ids import new_bytes

KEY_BYTES = 32
ID_BYTES = 4
NONCE_BYTES = 12
KEYS_MAX = 16


class MasterKeyMissing(Exception):
    """A secret was wrapped by a master key that this process was not given."""

    def __init__(self) -> None:
        super().__init__(
            "a secret in the database was wrapped by another master key: add that key to SEATLEDGER_MASTER_KEY, "
            "after a comma"
        )


class MasterKey:
    """Wraps with the first of `keys`, 32 bytes each, and unwraps with whichever wrapped."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"a master key has {KEY_BYTES} bytes")
        self._ciphers = {_id(key): AESGCM(key) for key in keys}
        self._first = _id(keys[0])

    @property
    def ids(self) -> list[str]:
        """By which a key is named where it must not be shown: what it wraps begins with that."""
        return [key.hex() for key in self._ciphers]

    def wrap(self, context: bytes, secret: bytes) -> bytes:
        """`secret`, encrypted. `context` says whose it is and for what: under another one it cannot be unwrapped."""
        nonce = new_bytes(NONCE_BYTES)
        return self._first + nonce + self._ciphers[self._first].encrypt(nonce, secret, context)

    def unwrap(self, context: bytes, wrapped: bytes) -> bytes:
        """The secret again. Raises `MasterKeyMissing`, also for what was altered or belongs to another context."""
        cipher = self._ciphers.get(wrapped[:ID_BYTES])
        if cipher is None:
            raise MasterKeyMissing
        nonce, sealed = wrapped[ID_BYTES : ID_BYTES + NONCE_BYTES], wrapped[ID_BYTES + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, context)
        except (InvalidTag, ValueError):
            # ValueError is for what was cut short.
            raise MasterKeyMissing from None

    def is_wrapped_by_first(self, wrapped: bytes) -> bool:
        """Whether a rotation has nothing to do with it."""
        return wrapped[:ID_BYTES] == self._first


def _id(key: bytes) -> bytes:
    return sha256(b"master key id\n" + key).digest()[:ID_BYTES]


def master_keys(text: str) -> list[bytes]:
    """The keys of a comma separated list, each 32 bytes in base64url or hex. Raises ValueError, never with a key."""
    keys = [_key(part.strip()) for part in text.split(",") if part.strip()]
    if not 1 <= len(keys) <= KEYS_MAX:
        raise ValueError(f"give 1 to {KEYS_MAX} keys, separated by commas")
    return keys


def _key(text: str) -> bytes:
    try:
        if len(text) == 2 * KEY_BYTES:
            return bytes.fromhex(text)
        plain = text.rstrip("=").translate(str.maketrans("+/", "-_"))
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"a key is {KEY_BYTES} bytes of chance in base64url or hex, as openssl rand -hex {KEY_BYTES} makes them"
        )
    return key
