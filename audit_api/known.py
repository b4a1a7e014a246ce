"""What whoever verifies knows from elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from eventstore.seals.key import SealKey
from eventstore.seals.seal import Seal


@dataclass(frozen=True)
class Known:
    """A public key, and seals and keys that were kept, in order of size."""

    pinned: bytes | None = None
    saved: Iterable[Seal | SealKey] = ()


NOTHING = Known()
