"""Ids that follow from something else: the same for the same, and no other for anything else."""

from uuid import UUID


def uuid8(digest: bytes) -> str:
    """16 bytes in RFC 9562's free form. Python's own UUID class takes versions up to 5 only before 3.14."""
    number = int.from_bytes(digest)
    return str(UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62))
