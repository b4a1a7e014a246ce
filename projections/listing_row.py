"""The row of a listing: an event as its organiser has it."""

from datetime import date, datetime
from typing import Any

import msgspec

from domain.money import Money


class ListedOffer(msgspec.Struct, gc=False):
    """A ticket type at this show as the API gives it, but for what is available."""

    id: str
    name: str
    price: Money
    quota: int | None
    sections: tuple[str, ...]
    sales_from: datetime | None
    sales_until: datetime | None
    min_per_booking: int
    max_per_booking: int | None
    opens_when_sold_out: str | None


class ListedQuota(msgspec.Struct, gc=False):
    name: str
    ticket_types: tuple[str, ...]
    quota: int


class ListedRules(msgspec.Struct, gc=False):
    """The organiser's rules as the API gives them, among the event's own fields."""

    hold_seconds_max: int | None
    late_payment: str
    no_single_seats: bool
    max_per_customer: int | None
    max_holds_per_customer: int | None
    refund_policy: dict[str, Any]
    shared_quotas: list[ListedQuota]


class ListingRow(msgspec.Struct, gc=False):
    """The venue's name, city and zone are the show's own copy. `price_from` and `price_to` are in minor units of
    `currency`. The keys are names as a filter compares them, `local_day` is the day at the venue on which it starts,
    `written` what the API says about it. `owner_id` is the organiser whose it is, None the house.
    """

    show_id: str
    name: str
    description: str
    category: str
    venue_id: str | None
    venue_name: str
    city: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    status: str
    payment_window_seconds: int | None
    rules: ListedRules
    capacity: int
    offers: list[ListedOffer]
    price_from: int
    currency: str
    created_at: datetime
    updated_at: datetime
    over_at: datetime
    local_day: date
    owner_id: str | None = None
    price_to: int = 0
    category_key: str = ""
    venue_key: str = ""
    city_key: str = ""
    written: str = ""
