"""The keys that seals are signed with. Each but the first is signed by the one before it."""

from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from eventstore.hashing import canonical, moment

PURPOSE = b"seatledger seal key 1\n"
"""Stands before what is signed, so that a signature made for a key is good for nothing else."""

SECRET_BYTES = 32
ID_CHARS = 16


class SealKey(NamedTuple):
    """`public` signs the seals of sizes above `after`, until another key takes over.

    `signature` is made with the key before it, number - 1; with its own when it is the first.
    """

    log_id: int
    number: int
    public: bytes
    after: int
    created_at: datetime
    signature: bytes

    @property
    def id(self) -> str:
        return key_id(self.public)


class Signer:
    """Holds a private key."""

    def __init__(self, secret: bytes) -> None:
        """`secret` are 32 bytes of chance."""
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = self._private.public_key().public_bytes_raw()
        self.key_id = key_id(self.public)

    def sign(self, text: bytes) -> bytes:
        return self._private.sign(text)


def key_id(public: bytes) -> str:
    """A short name of a public key: the beginning of its SHA-256."""
    return sha256(public).hexdigest()[:ID_CHARS]


def is_signed(public: bytes, signature: bytes, text: bytes) -> bool:
    """Whether the holder of the private key has signed `text`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def statement(key: SealKey) -> bytes:
    """What is signed: all but the signature, as canonical JSON."""
    return PURPOSE + canonical(_stated(key))


def key_body(key: SealKey) -> dict[str, Any]:
    """As JSON shows it."""
    return {**_stated(key), "signature": key.signature.hex()}


def _stated(key: SealKey) -> dict[str, Any]:
    return {
        "after": key.after,
        "created_at": moment(key.created_at),
        "key_id": key.id,
        "log_id": key.log_id,
        "number": key.number,
        "public_key": key.public.hex(),
    }


def key_line(key: SealKey) -> bytes:
    """As it stands in files: one line of JSON, always the same for the same key."""
    return canonical({"key": key_body(key)})


def key_of(line: bytes) -> SealKey:
    """The key in a line. Raises ValueError for anything that `key_line` does not write."""
    try:
        body = orjson.loads(line)["key"]
        key = SealKey(
            body["log_id"],
            body["number"],
            bytes.fromhex(body["public_key"]),
            body["after"],
            datetime.fromisoformat(body["created_at"]),
            bytes.fromhex(body["signature"]),
        )
        if key_line(key) != line or not all(
            type(each) is int for each in (key.log_id, key.number, key.after)
        ):
            raise ValueError
    # A time in the year 1 or 9999 may lie outside of the calendar in UTC.
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise ValueError("this is not a key of seals") from None
    return key
