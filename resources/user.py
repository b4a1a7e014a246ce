"""Somebody who signs in, and the tokens they get."""

from typing import Annotated, Literal

from pydantic import Field

from resources.shape import Id, Shape


class User(Shape):
    id: Id
    email: str
    name: str
    role: Literal["customer", "box_office", "organizer", "auditor", "admin"]


class TokenPair(Shape):
    """`refresh_token` is good for one use."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"]
    expires_in: Annotated[int, Field(description="Seconds the access token lives.", examples=[1800])]
