"""Idempotency keys: which command a key stands for, and what was asked under it."""

from hashlib import blake2b
from uuid import UUID


def command_id(caller_id: str, key: str) -> str:
    """The command's id: a UUIDv8 made of the key and whoever made it up.

    The same key of another caller is another command, so nobody can find out, or take, another's keys.
    """
    return str(_uuid8(blake2b(f"{caller_id}\n{key}".encode(), digest_size=16).digest()))


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """What tells whether a retry asks the same."""
    return blake2b(f"{method} {path}\n".encode() + body, digest_size=16).digest()


def _uuid8(digest: bytes) -> UUID:
    """RFC 9562's free form. Python's own UUID class takes versions up to 5 only before 3.14."""
    number = int.from_bytes(digest)
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62)
