"""Somebody who signs in, and the tokens they get."""

from typing import Annotated, Literal

from pydantic import Field

from resources.shape import Id, Moment, Shape

RoleName = Literal["customer", "box_office", "organizer", "auditor", "admin"]


class User(Shape):
    id: Id
    email: str
    name: str
    role: RoleName


class Account(User):
    """As administrators see it. A disabled one lets nobody in."""

    status: Literal["active", "disabled"]
    created_at: Moment


class TokenPair(Shape):
    """`refresh_token` is good for one use."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"]
    expires_in: Annotated[int, Field(description="Seconds the access token lives.", examples=[1800])]


class Session(Shape):
    """A sign-in that goes on."""

    id: Id
    begun_at: Moment
    last_used_at: Annotated[Moment, Field(description="When its tokens were last fetched.")]
    expires_at: Moment


class ApiKey(Shape):
    """For a program or a device, which acts in this role."""

    id: Id
    name: str
    role: RoleName
    events: Annotated[
        list[Id] | None, Field(description="The only events it is for; null = all its role may see.")
    ]
    owner_id: Annotated[Id, Field(description="Whose key it is: it ends with their account or their role.")]
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Annotated[Moment | None, Field(description="To the minute.")]
    revoked_at: Moment | None


class NewApiKey(Shape):
    """`key` is shown this once: what is stored is a hash. A repeated request gets null, and a note that says so."""

    id: Id
    key: str | None
    note: str | None
    name: str
    role: RoleName
    events: list[Id] | None
    owner_id: Id
    created_at: Moment
    expires_at: Moment | None
