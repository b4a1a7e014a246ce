"""A customer, as somebody about whom personal data is kept."""

from typing import Annotated

from pydantic import Field

from resources.shape import Id, Moment, Shape


class ErasedCustomer(Shape):
    """Of whom nothing can be read any more."""

    id: Annotated[Id, Field(description="The account's, or that of a person without one.")]
    erased_at: Moment


class FoundCustomer(Shape):
    """Somebody who gave an address."""

    id: Annotated[Id, Field(description="The account's, or that of a person without one.")]
    account: Annotated[bool, Field(description="Whether they have an account.")]
