"""A ticket type on offer at one show: its own price, quota, sections and sales window."""

from datetime import datetime

from domain.money import Money
from domain.value import Value


class Offer(Value, frozen=True):
    """`id` is the catalogue's id where the type comes from there.

    `sections` names sections and areas of the plan; none means all of them. `quota` is in tickets. Sales run from
    `sales_from` until `sales_until`; None leaves that end open. With `opens_after` they begin when that other type has
    sold out.
    """

    id: str
    name: str
    price: Money
    sections: tuple[str, ...] = ()
    quota: int | None = None
    sales_from: datetime | None = None
    sales_until: datetime | None = None
    min_per_booking: int = 1
    max_per_booking: int | None = None
    opens_after: str | None = None
