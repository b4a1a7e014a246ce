"""Bodies about signing in."""

from typing import Annotated

from pydantic import Field, StringConstraints

from command_api.bodies.parts import Body, Email, Id, Line, Moment, Name
from resources.user import RoleName

Password = Annotated[str, StringConstraints(min_length=8, max_length=1_024)]
GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=1_024)]
KEY_EVENTS_MAX = 100
RefreshToken = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class RegisterBody(Body):
    email: Annotated[Email, Field(examples=["ana@example.org"])]
    password: Annotated[Password, Field(examples=["correct horse battery"])]
    name: Annotated[Name, Field(examples=["Ana"])]


class LoginBody(Body):
    """As JSON, or as the OAuth2 password form with `username` and `password`."""

    email: Annotated[Line, Field(max_length=320)]
    password: GivenPassword


class RefreshBody(Body):
    refresh_token: RefreshToken


class LogoutBody(Body):
    """Without a token: everywhere."""

    refresh_token: RefreshToken | None = None


class ChangePasswordBody(Body):
    current_password: GivenPassword
    new_password: Annotated[Password, Field(examples=["correct horse battery"])]


class ResetBody(Body):
    email: Annotated[Line, Field(max_length=320, examples=["ana@example.org"])]


class ConfirmResetBody(Body):
    token: RefreshToken
    new_password: Annotated[Password, Field(examples=["correct horse battery"])]


class AddUserBody(Body):
    """They choose their password themselves, with a token that is sent to the address."""

    email: Annotated[Email, Field(examples=["clara@example.org"])]
    name: Annotated[Name, Field(examples=["Clara"])]
    role: RoleName


class ChangeUserBody(Body):
    role: RoleName


class MakeKeyBody(Body):
    """Without `events` it is for all that its role may see; an organizer has to name them."""

    name: Annotated[Name, Field(examples=["Door of the Teatro Regio"])]
    role: RoleName
    events: Annotated[list[Id], Field(min_length=1, max_length=KEY_EVENTS_MAX)] | None = None
    expires_at: Moment | None = None
