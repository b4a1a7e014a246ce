"""Idempotency keys: which command a key stands for, and what older releases kept of what was asked under it."""

from hashlib import blake2b

from runtime.uuid8 import uuid8


def command_id(caller_id: str, key: str) -> str:
    """The command's id: a UUIDv8 made of the key and whoever made it up.

    The same key of another caller is another command, so nobody can find out, or take, another's keys.
    """
    return uuid8(blake2b(f"{caller_id}\n{key}".encode(), digest_size=16).digest())


def earlier_fingerprint(asked_for: bytes) -> bytes:
    """What releases before 25 November 2026 kept to tell whether a retry asks the same: a hash without a secret.

    A retry may come after an upgrade, and the log keeps keys for ever.
    """
    return blake2b(asked_for, digest_size=16).digest()
