"""The clock and the sources of chance. They live on this floor so that decisions take them as arguments."""

import secrets
from datetime import UTC, datetime

import uuid_utils

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty signs that survive being read aloud and typed: no I, L, O, U, 0 or 1."""


def new_id() -> str:
    """A UUIDv7 in text: unique everywhere, and in order of creation, so indexes grow at their end."""
    return str(uuid_utils.uuid7())


def new_code(length: int = 8, group: int = 4) -> str:
    """An unguessable code such as `7KQ2-M9XD`: `length` signs (4.9 bits each) in groups of `group`.

    One draw of chance is spelled out sign by sign: a draw for each sign would be a tenth of a hot request's cost.
    """
    number = secrets.randbits(8 * length)
    signs = []
    for _ in range(length):
        number, index = divmod(number, len(CODE_ALPHABET))
        signs.append(CODE_ALPHABET[index])
    code = "".join(signs)
    return "-".join(code[start : start + group] for start in range(0, length, group))


def new_secret(size_bytes: int = 32) -> str:
    """A random string safe in URLs and headers, for refresh tokens, keys and passwords made up for a person."""
    return secrets.token_urlsafe(size_bytes)


def utc_now() -> datetime:
    """Now, in UTC, aware."""
    return datetime.now(UTC)
