"""What identifies the content of a JSON value."""

from hashlib import blake2b

from eventstore.hashing import canonical


def fingerprint_of(value: object) -> bytes:
    """The same for two JSON values that differ in white space and in the order of fields only."""
    return blake2b(canonical(value), digest_size=16).digest()
