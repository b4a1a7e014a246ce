"""How private keys are kept where others can read them."""

from typing import Protocol


class Wrapping(Protocol):
    """Encrypts secrets under a key that is kept outside the database.

    `context` says what the secret is: unwrapped as anything else it is refused.
    """

    def wrap(self, context: bytes, secret: bytes) -> bytes: ...

    def unwrap(self, context: bytes, wrapped: bytes) -> bytes:
        """Raises an exception for what was not wrapped in this context, or not under a key that is known."""
        ...

    def is_wrapped_by_first(self, wrapped: bytes) -> bool:
        """Whether it is under the key that wraps today."""
        ...


def context(log_id: int, number: int) -> bytes:
    """That of the private key of this number."""
    return f"eventstore.seal_secrets {log_id} {number}".encode()
