"""What every response model has in common."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A documented JSON object. Unknown fields would be a mistake of ours, so they are refused in tests."""

    model_config = ConfigDict(extra="forbid")


class Money(Shape):
    """An amount in integer minor units: 12000 EUR is 120 euros, 12000 JPY is 12000 yen."""

    amount: Annotated[int, Field(description="Minor units of the currency.", examples=[12000])]
    currency: Annotated[str, Field(description="ISO 4217 code.", examples=["EUR"])]


Id = Annotated[str, Field(description="UUIDv7.", examples=["01a201e2-b9c2-712a-b8d5-75cc2f1e3565"])]
Moment = Annotated[datetime, Field(description="UTC, RFC 3339.", examples=["2027-03-14T19:00:00Z"])]
