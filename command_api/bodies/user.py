"""Bodies about signing in."""

from typing import Annotated

from pydantic import Field, StringConstraints

from command_api.bodies.parts import Body, Email, Line, Name

Password = Annotated[str, StringConstraints(min_length=8, max_length=1_024)]
GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=1_024)]
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
