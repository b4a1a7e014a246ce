"""A seal: what the log was, at which size, signed."""

from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from eventstore.hashing import canonical, moment

BEFORE_THE_FIRST = bytes(32)
"""What the first seal names as the one before it."""

PURPOSE = b"seatledger seal 1\n"
"""Stands before what is signed, so that a signature made for a seal is good for nothing else."""


class Seal(NamedTuple):
    """The first `size` facts of the log have the Merkle root `root`. `previous` is the digest of the seal before it."""

    log_id: int
    size: int
    root: bytes
    previous: bytes
    sealed_at: datetime
    key_id: str
    signature: bytes


def statement(seal: Seal) -> bytes:
    """What is signed: all but the signature, as canonical JSON."""
    return PURPOSE + canonical(_stated(seal))


def digest(seal: Seal) -> bytes:
    """What the next seal names as the one before it."""
    return sha256(statement(seal)).digest()


def seal_body(seal: Seal) -> dict[str, Any]:
    """As JSON shows it."""
    return {**_stated(seal), "signature": seal.signature.hex()}


def _stated(seal: Seal) -> dict[str, Any]:
    return {
        "key_id": seal.key_id,
        "log_id": seal.log_id,
        "previous": seal.previous.hex(),
        "root": seal.root.hex(),
        "sealed_at": moment(seal.sealed_at),
        "size": seal.size,
    }


def seal_line(seal: Seal) -> bytes:
    """As it stands in files: one line of JSON, always the same for the same seal."""
    return canonical({"seal": seal_body(seal)})


def seal_of(line: bytes) -> Seal:
    """The seal in a line. Raises ValueError for anything that `seal_line` does not write."""
    try:
        body = orjson.loads(line)["seal"]
        seal = Seal(
            body["log_id"],
            body["size"],
            bytes.fromhex(body["root"]),
            bytes.fromhex(body["previous"]),
            datetime.fromisoformat(body["sealed_at"]),
            body["key_id"],
            bytes.fromhex(body["signature"]),
        )
        # Of its own type each: JSON's true would pass for 1, and a list for a key's name.
        is_typed = type(seal.log_id) is type(seal.size) is int and isinstance(seal.key_id, str)
        if seal_line(seal) != line or not is_typed:
            raise ValueError
    # A time in the year 1 or 9999 may lie outside of the calendar in UTC.
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise ValueError("this is not a seal") from None
    return seal
