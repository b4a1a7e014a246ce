"""A month of events."""

from datetime import date
from typing import Annotated

from pydantic import Field

from resources.shape import Money, Shape


class CalendarDay(Shape):
    date: date
    events: Annotated[int, Field(description="Events that start on this day.")]
    available: Annotated[int, Field(description="How many of them can be booked now.")]
    price_from: Annotated[list[Money], Field(description="The lowest price in each currency.")]


class CalendarMonth(Shape):
    month: Annotated[str, Field(examples=["2027-03"])]
    timezone: Annotated[str | None, Field(description="Whose days these are; null: each venue's own.")]
    days: list[CalendarDay]
