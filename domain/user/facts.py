"""What has happened to somebody who signs in. Names here are the storage format.

Passwords are credentials, not facts: they stand in a table that forgets.
"""

from datetime import datetime

from domain.personal import PersonalText
from domain.value import Value


class UserRegistered(Value, frozen=True):
    user_id: str
    email: PersonalText
    name: PersonalText
    role: str
    at: datetime


class UserRoleChanged(Value, frozen=True):
    user_id: str
    role: str
    at: datetime


class UserDisabled(Value, frozen=True):
    """From now on nobody gets in with this account, nor with its keys."""

    user_id: str
    at: datetime


class UserEnabled(Value, frozen=True):
    """The account is good again. What it had before, sessions and keys, stays gone."""

    user_id: str
    at: datetime


class UserErased(Value, frozen=True):
    """They asked to be forgotten, or somebody did for them: the account is no more. The id stays, and names nobody."""

    user_id: str
    at: datetime


class ApiKeyMade(Value, frozen=True):
    """A program or a device may act in this role until `expires_at`; `events` None: for all that the role may see."""

    user_id: str
    key_id: str
    role: str
    events: tuple[str, ...] | None
    expires_at: datetime | None
    at: datetime


class ApiKeyRevoked(Value, frozen=True):
    user_id: str
    key_id: str
    at: datetime


UserFact = (
    UserRegistered | UserRoleChanged | UserDisabled | UserEnabled | UserErased | ApiKeyMade | ApiKeyRevoked
)
