"""The clock and the sources of chance. They live on this floor so that decisions take them as arguments."""

import os
import secrets
from collections import defaultdict
from datetime import UTC, datetime
from struct import Struct

import uuid_utils

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty signs that survive being read aloud and typed: no I, L, O, U, 0 or 1."""

# Of 256 bytes the last 16 are thrown away, because they would make the first 16 signs likelier than the others.
SIGN_OF_BYTE = bytes(ord(CODE_ALPHABET[byte % len(CODE_ALPHABET)]) for byte in range(256))
UNFAIR_BYTES = bytes(range(256 // len(CODE_ALPHABET) * len(CODE_ALPHABET), 256))
CODES_AT_ONCE = 100


def new_id() -> str:
    """A UUIDv7 in text: unique everywhere, and in order of creation, so indexes grow at their end."""
    return str(uuid_utils.uuid7())


def new_code(length: int = 8, group: int = 4) -> str:
    """An unguessable code such as `7KQ2-M9XD`: `length` signs (4.9 bits each) in groups of `group`.

    They are drawn by the hundred and lie ready: to ask the system for each would cost four times as much.
    """
    ready = _codes[length, group]
    try:
        return ready.pop()
    except IndexError:
        first, *others = _drawn(length, group)
        ready += others
        return first


_codes: defaultdict[tuple[int, int], list[str]] = defaultdict(list)

if hasattr(os, "register_at_fork"):
    # Two processes with the same codes in store would give them to two people.
    os.register_at_fork(after_in_child=_codes.clear)


def _drawn(length: int, group: int) -> list[str]:
    # Bytes of chance become signs by table, all at once; one of sixteen is thrown away, so one of eight is to spare.
    signs, wanted = b"", length * CODES_AT_ONCE
    while len(signs) < wanted:
        signs += os.urandom(wanted + wanted // 8).translate(SIGN_OF_BYTE, UNFAIR_BYTES)
    whole, rest = divmod(length, group)
    groups = Struct(f"{group}s" * whole + (f"{rest}s" if rest else ""))
    return [b"-".join(parts).decode() for parts in groups.iter_unpack(signs[:wanted])]


def new_secret(size_bytes: int = 32) -> str:
    """A random string safe in URLs and headers, for refresh tokens, keys and passwords made up for a person."""
    return secrets.token_urlsafe(size_bytes)


def new_bytes(size: int) -> bytes:
    """Bytes of chance, for keys and nonces."""
    return secrets.token_bytes(size)


def utc_now() -> datetime:
    """Now, in UTC, aware."""
    return datetime.now(UTC)
