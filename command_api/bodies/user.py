"""Bodies about signing in."""

from typing import Annotated

from pydantic import Field, StringConstraints

from command_api.bodies.parts import Body, Email, Id, Line, Moment, Name, example
from resources.user import RoleName

Password = Annotated[str, StringConstraints(min_length=8, max_length=1_024)]
GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=1_024)]
KEY_EVENTS_MAX = 100
TOKEN = "zD3nQ0v7b1XcKk2mYtR5wLs8HfJ4aUo6eGpTiVqNyB9"  # noqa: S105 - made up, for examples
RefreshToken = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class RegisterBody(Body):
    model_config = example({"email": "ana@example.org", "password": "correct horse battery", "name": "Ana"})

    email: Annotated[Email, Field(examples=["ana@example.org"])]
    password: Annotated[Password, Field(examples=["correct horse battery"])]
    name: Annotated[Name, Field(examples=["Ana"])]


class LoginBody(Body):
    """As JSON, or as the OAuth2 password form with `username` and `password`."""

    model_config = example({"email": "ana@example.org", "password": "correct horse battery"})

    email: Annotated[Line, Field(max_length=320)]
    password: GivenPassword


class RefreshBody(Body):
    model_config = example({"refresh_token": TOKEN})

    refresh_token: RefreshToken


class LogoutBody(Body):
    """Without a token: everywhere."""

    model_config = example({"refresh_token": TOKEN})

    refresh_token: RefreshToken | None = None


class ChangePasswordBody(Body):
    model_config = example(
        {"current_password": "correct horse battery", "new_password": "purple clouds over Turin"}
    )

    current_password: GivenPassword
    new_password: Annotated[Password, Field(examples=["correct horse battery"])]


class ResetBody(Body):
    model_config = example({"email": "ana@example.org"})

    email: Annotated[Line, Field(max_length=320, examples=["ana@example.org"])]


class ConfirmResetBody(Body):
    model_config = example({"token": TOKEN, "new_password": "purple clouds over Turin"})

    token: RefreshToken
    new_password: Annotated[Password, Field(examples=["correct horse battery"])]


class AddUserBody(Body):
    """They choose their password themselves, with a token that is sent to the address."""

    model_config = example({"email": "clara@example.org", "name": "Clara", "role": "box_office"})

    email: Annotated[Email, Field(examples=["clara@example.org"])]
    name: Annotated[Name, Field(examples=["Clara"])]
    role: RoleName


class ChangeUserBody(Body):
    model_config = example({"role": "organizer"})

    role: RoleName


class MakeKeyBody(Body):
    """Without `events` it is for all that its role may see; an organizer has to name them."""

    model_config = example(
        {
            "name": "Door of the Teatro Regio",
            "role": "box_office",
            "events": ["0190a6a4-0000-7000-8000-0000000000e1"],
            "expires_at": "2027-06-30T00:00:00Z",
        }
    )

    name: Annotated[Name, Field(examples=["Door of the Teatro Regio"])]
    role: RoleName
    events: Annotated[list[Id], Field(min_length=1, max_length=KEY_EVENTS_MAX)] | None = None
    expires_at: Moment | None = None
