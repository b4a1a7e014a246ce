"""Idempotency keys: which command a key stands for."""

from hashlib import blake2b

from runtime.uuid8 import uuid8


def command_id(caller_id: str, key: str) -> str:
    """The command's id: a UUIDv8 made of the key and whoever made it up.

    The same key of another caller is another command, so nobody can find out, or take, another's keys.
    """
    return uuid8(blake2b(f"{caller_id}\n{key}".encode(), digest_size=16).digest())
