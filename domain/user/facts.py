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


class UserErased(Value, frozen=True):
    """They asked to be forgotten, or somebody did for them: the account is no more. The id stays, and names nobody."""

    user_id: str
    at: datetime


UserFact = UserRegistered | UserRoleChanged | UserErased
