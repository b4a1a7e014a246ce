"""The terms on which a command is carried out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """`fingerprint` None when it came without an idempotency key; `versions` None when any version will do.

    `metadata` says who asked and why, for the log.
    """

    command_id: str
    fingerprint: bytes | None
    metadata: bytes
    versions: frozenset[int] | None = None
