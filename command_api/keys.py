"""Idempotency keys: which command a key stands for."""

from hashlib import blake2b
from uuid import UUID


def command_id(caller_id: str, key: str) -> str:
    """The command's id: a UUIDv8 made of the key and whoever made it up.

    The same key of another caller is another command, so nobody can find out, or take, another's keys.
    """
    return uuid8(blake2b(f"{caller_id}\n{key}".encode(), digest_size=16).digest())


def uuid8(digest: bytes) -> str:
    """16 bytes in RFC 9562's free form. Python's own UUID class takes versions up to 5 only before 3.14."""
    number = int.from_bytes(digest)
    return str(UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62))
