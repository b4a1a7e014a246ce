"""What may be asked of a user. `now` is the moment of asking, in UTC."""

from datetime import datetime

from domain.value import Value


class RegisterUser(Value, frozen=True):
    user_id: str
    email: str
    name: str
    role: str
    now: datetime


class ChangeUserRole(Value, frozen=True):
    """`other_administrators` are those who are left when this one is none any more."""

    user_id: str
    role: str
    now: datetime
    other_administrators: int = 0


class DisableUser(Value, frozen=True):
    """`other_administrators` are those who are left without this one."""

    user_id: str
    now: datetime
    other_administrators: int = 0


class EnableUser(Value, frozen=True):
    user_id: str
    now: datetime


class EraseUser(Value, frozen=True):
    """`other_administrators` are those who are left without this one."""

    user_id: str
    now: datetime
    other_administrators: int = 0


class MakeApiKey(Value, frozen=True):
    """A key of the user's for a program or a device. `events` None: for all that its role may see."""

    user_id: str
    key_id: str
    role: str
    events: tuple[str, ...] | None
    expires_at: datetime | None
    now: datetime


class RevokeApiKey(Value, frozen=True):
    user_id: str
    key_id: str
    now: datetime


UserCommand = RegisterUser | ChangeUserRole | DisableUser | EnableUser | EraseUser | MakeApiKey | RevokeApiKey
