"""The keys of our own tokens, as far as this process knows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from runtime.authentication.epoch import Epoch
from runtime.authentication.signing_key import SigningKey
from runtime.authentication.verifying_key import VerifyingKey


class KeyRing:
    """`signing` signs (None where only the command side may); `published` are the JWKs of all that verify."""

    def __init__(self, epoch: Epoch) -> None:
        self.signing: SigningKey | None = None
        self.published: list[dict[str, Any]] = []
        self._epoch = epoch
        self._verifying: dict[str, VerifyingKey] = {}

    def find(self, kid: str, now: datetime) -> VerifyingKey | None:
        """The key of that name, if tokens are verified with it now."""
        key = self._verifying.get(kid)
        return key if key is not None and key.is_good_at(now) else None

    def hold(
        self, keys: Iterable[VerifyingKey], published: list[dict[str, Any]], signing: SigningKey | None
    ) -> None:
        """These and no others. What a key that is gone has signed counts no more."""
        held = {key.kid: key for key in keys}
        changed = any(held.get(kid) != key for kid, key in self._verifying.items())
        self._verifying, self.published, self.signing = held, published, signing
        if changed:
            self._epoch.end()


def ring_of(key: SigningKey) -> KeyRing:
    """A ring of one key, for a process that has no database."""
    ring = KeyRing(Epoch())
    ring.hold([key.verifying], [key.jwk], key)
    return ring
