"""Every "no" about a user."""

from domain.refusal import Refusal


class UserNotFound(Refusal, frozen=True):
    user_id: str


class UserAlreadyRegistered(Refusal, frozen=True):
    """The address has an account. The address itself is personal, so it is not repeated here."""


class LastAdministrator(Refusal, frozen=True):
    """Without this one nobody could make administrators any more."""


class KeyRoleNotAllowed(Refusal, frozen=True):
    """Nobody makes a key that may do more than they may, and nobody one that is an administrator."""

    role: str


class KeyNeedsEvents(Refusal, frozen=True):
    """An organizer's keys are for events of theirs, named one by one."""


class KeyExpiryIsPast(Refusal, frozen=True):
    """The key would never be good."""


class TooManyApiKeys(Refusal, frozen=True):
    maximum: int


class ApiKeyNotFound(Refusal, frozen=True):
    key_id: str
