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
    user_id: str
    role: str
    now: datetime


class EraseUser(Value, frozen=True):
    user_id: str
    now: datetime


UserCommand = RegisterUser | ChangeUserRole | EraseUser
