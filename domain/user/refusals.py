"""Every "no" about a user."""

from domain.refusal import Refusal


class UserNotFound(Refusal, frozen=True):
    user_id: str


class UserAlreadyRegistered(Refusal, frozen=True):
    """The address has an account. The address itself is personal, so it is not repeated here."""
