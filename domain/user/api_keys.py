"""Which API keys a user may make."""

from domain.refusal import Refused
from domain.user.commands import MakeApiKey, RevokeApiKey
from domain.user.facts import ApiKeyMade, ApiKeyRevoked, UserFact
from domain.user.refusals import (
    ApiKeyNotFound,
    KeyExpiryIsPast,
    KeyNeedsEvents,
    KeyRoleNotAllowed,
    TooManyApiKeys,
    UserNotFound,
)
from domain.user.state import User

KEYS_MAX = 100

ROLES_OF_KEYS: dict[str, frozenset[str]] = {
    "admin": frozenset({"customer", "box_office", "organizer", "auditor"}),
    # Not box_office: it reads who booked, and organizers do not.
    "organizer": frozenset({"organizer"}),
    "box_office": frozenset({"box_office"}),
}
"""By the role of whoever makes them. A customer makes none, and neither does an auditor, who changes nothing."""


def make_api_key(command: MakeApiKey, user: User) -> list[UserFact]:
    """A key, unless it could do more than whoever makes it."""
    if not user.id or user.erased or user.disabled:
        raise Refused(UserNotFound(command.user_id))
    if command.role not in ROLES_OF_KEYS.get(user.role, ()):
        raise Refused(KeyRoleNotAllowed(command.role))
    if user.role == "organizer" and not command.events:
        raise Refused(KeyNeedsEvents())
    if command.expires_at is not None and command.expires_at <= command.now:
        raise Refused(KeyExpiryIsPast())
    if len(user.keys) >= KEYS_MAX:
        raise Refused(TooManyApiKeys(KEYS_MAX))
    made = ApiKeyMade(user.id, command.key_id, command.role, command.events, command.expires_at, command.now)
    return [made]


def revoke_api_key(command: RevokeApiKey, user: User) -> list[UserFact]:
    """Revoked once, and for ever; revoked again, it is not there."""
    if command.key_id not in user.keys:
        raise Refused(ApiKeyNotFound(command.key_id))
    return [ApiKeyRevoked(user.id, command.key_id, command.now)]
