"""API keys as they are written: `slk_`, then 70 characters that hold an id, a secret and a check of both."""

from dataclasses import dataclass
from hashlib import blake2b, sha256
from hmac import compare_digest
from uuid import UUID

PREFIX = "slk_"
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
VALUE_OF = {sign: value for value, sign in enumerate(SIGNS)}
ID_BYTES, SECRET_BYTES, CHECK_BYTES = 16, 32, 4
WHOLE_BYTES = ID_BYTES + SECRET_BYTES + CHECK_BYTES
WRITTEN_CHARS = 70
"""As many signs as it takes for that many bytes."""


class Mistyped(Exception):
    """A character is wrong, missing or too many: told by the check, without asking anybody."""


@dataclass(frozen=True, slots=True)
class ApiKeyText:
    """What somebody presents: which key, and the proof that it is theirs."""

    key_id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"ApiKeyText({self.key_id})"

    @property
    def text(self) -> str:
        """The key as it is shown once, and as it is sent."""
        kept = UUID(self.key_id).bytes + self.secret
        number, signs = int.from_bytes(kept + _check(kept)), ""
        for _ in range(WRITTEN_CHARS):
            number, value = divmod(number, len(SIGNS))
            signs = SIGNS[value] + signs
        return PREFIX + signs

    @property
    def secret_hash(self) -> bytes:
        """What is stored of the secret. It has 256 bits of chance: nothing slower than a plain hash is called for."""
        return sha256(self.secret).digest()

    def proves(self, secret_hash: bytes) -> bool:
        """Whether the secret is the one that was stored."""
        return compare_digest(self.secret_hash, secret_hash)


def api_key_text(text: str) -> ApiKeyText:
    """Read what begins with `PREFIX`. Raises Mistyped."""
    signs = text.removeprefix(PREFIX)
    if len(signs) != WRITTEN_CHARS:
        raise Mistyped
    number = 0
    for sign in signs:
        value = VALUE_OF.get(sign)
        if value is None:
            raise Mistyped
        number = number * len(SIGNS) + value
    if number >> (WHOLE_BYTES * 8):
        raise Mistyped
    whole = number.to_bytes(WHOLE_BYTES)
    kept = whole[:-CHECK_BYTES]
    if not compare_digest(whole[-CHECK_BYTES:], _check(kept)):
        raise Mistyped
    return ApiKeyText(str(UUID(bytes=kept[:ID_BYTES])), kept[ID_BYTES:])


def _check(kept: bytes) -> bytes:
    return blake2b(kept, digest_size=CHECK_BYTES, person=b"api-key-check").digest()
