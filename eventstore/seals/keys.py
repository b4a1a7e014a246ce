"""The chain of keys, checked as it comes: which key signs the seal of which size."""

from eventstore.seals import key as keys
from eventstore.seals.key import SealKey, is_signed
from eventstore.seals.seal import Seal
from eventstore.seals.seal import statement as sealed


class Keys:
    """Takes keys in order of their numbers."""

    def __init__(self) -> None:
        self._keys: list[SealKey] = []

    def add(self, key: SealKey) -> str | None:
        """The next key; what is wrong with it, if anything is, and then it is not taken."""
        number, last = len(self._keys) + 1, self._keys[-1] if self._keys else None
        if key.number != number:
            return f"key {number} is missing"
        if last is not None and key.after < last.after:
            return f"key {number} takes over before key {number - 1} does"
        if not is_signed(key.public if last is None else last.public, key.signature, keys.statement(key)):
            return f"key {number} is not signed by " + (
                "its own private key" if last is None else f"key {number - 1}"
            )
        self._keys.append(key)
        return None

    def problem_with(self, seal: Seal) -> str | None:
        """Why nobody who holds the key of its size can have made this seal, if so."""
        key = self.signs(seal.size)
        if key is None or key.id != seal.key_id:
            return f"the seal of size {seal.size} is not by the key that signs at that size"
        if not is_signed(key.public, seal.signature, sealed(seal)):
            return f"the signature of the seal of size {seal.size} is not by its key"
        return None

    def signs(self, size: int) -> SealKey | None:
        """The key that signs the seal of that size."""
        return next((key for key in reversed(self._keys) if key.after < size), None)

    def number_of(self, public: bytes) -> int | None:
        """The number of a public key, if it is among them."""
        return next((key.number for key in self._keys if key.public == public), None)

    def number_of_id(self, key_id: str) -> int:
        """The number of the key with that id; 0 when it is not among them."""
        return next((key.number for key in self._keys if key.id == key_id), 0)

    def numbered(self, number: int) -> SealKey | None:
        """The key of that number."""
        return self._keys[number - 1] if 0 < number <= len(self._keys) else None

    def __len__(self) -> int:
        return len(self._keys)
