"""A user as their facts leave them."""

from domain.value import State

ADMIN = "admin"


class User(State, frozen=True):
    """`id` is empty until they registered. `keys` are the API keys made and not revoked, expired ones too.

    Of whom was erased there is the id and nothing else.
    """

    id: str = ""
    email: str = ""
    name: str = ""
    role: str = "customer"
    version: int = 0
    erased: bool = False
    disabled: bool = False
    keys: frozenset[str] = frozenset()

    @property
    def is_administrator(self) -> bool:
        """Whether they can administrate: who is disabled cannot."""
        return self.role == ADMIN and not self.disabled
