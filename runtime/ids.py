"""The clock and the sources of chance. They live on this floor so that decisions take them as arguments."""

import secrets
from datetime import UTC, datetime
from os import urandom
from uuid import UUID

import uuid_utils

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty signs that survive being read aloud and typed: no I, L, O, U, 0 or 1."""

# Of 256 bytes the last 16 are thrown away, because they would make the first 16 signs likelier than the others.
SIGN_OF_BYTE = bytes(ord(CODE_ALPHABET[byte % len(CODE_ALPHABET)]) for byte in range(256))
UNFAIR_BYTES = bytes(range(256 // len(CODE_ALPHABET) * len(CODE_ALPHABET), 256))
SPARE_BYTES = 8


def new_id() -> str:
    """A UUIDv7 in text: unique everywhere, and in order of creation, so indexes grow at their end."""
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Whether `text` is a UUID, of any version, in the one form in which ids are written."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def new_code(length: int = 8, group: int = 4) -> str:
    """An unguessable code such as `7KQ2-M9XD`: `length` signs (4.9 bits each) in groups of `group`.

    Bytes of chance are turned into signs by table, all at once: sign by sign would be a tenth of a hot request's cost.
    """
    signs = b""
    while len(signs) < length:
        signs += urandom(length + SPARE_BYTES).translate(SIGN_OF_BYTE, UNFAIR_BYTES)
    code = signs[:length].decode()
    return "-".join([code[start : start + group] for start in range(0, length, group)])


def new_secret(size_bytes: int = 32) -> str:
    """A random string safe in URLs and headers, for refresh tokens, keys and passwords made up for a person."""
    return secrets.token_urlsafe(size_bytes)


def new_bytes(size: int) -> bytes:
    """Bytes of chance, for keys and nonces."""
    return secrets.token_bytes(size)


def utc_now() -> datetime:
    """Now, in UTC, aware."""
    return datetime.now(UTC)
