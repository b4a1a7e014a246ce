"""The rules that an organiser sets for one show."""

from datetime import datetime
from typing import Literal

from domain.money import Money
from domain.value import Value

SECONDS_A_DAY = 86_400


class RefundTier(Value, frozen=True):
    """Cancelled at least `days_before` days before the start, `percent` of the price comes back."""

    days_before: int
    percent: int


class Refunds(Value, frozen=True):
    """What comes back when a paid ticket is cancelled: all, nothing, or by how early it is."""

    kind: Literal["full", "tiered", "none"] = "full"
    tiers: tuple[RefundTier, ...] = ()

    def percent(self, starts_at: datetime, now: datetime) -> int:
        """The share of the price that comes back for a cancellation at `now`; the best tier that is met."""
        match self.kind:
            case "full":
                return 100
            case "none":
                return 0
            case "tiered":
                days = (starts_at - now).total_seconds() / SECONDS_A_DAY
                return max((tier.percent for tier in self.tiers if days >= tier.days_before), default=0)

    def of(self, price: Money, starts_at: datetime, now: datetime) -> Money:
        """What comes back of `price`; fractions of a minor unit stay with the house."""
        return Money(price.amount * self.percent(starts_at, now) // 100, price.currency)


class SharedQuota(Value, frozen=True):
    """At most `quota` tickets of these types together."""

    name: str
    ticket_type_ids: tuple[str, ...]
    quota: int


class Rules(Value, frozen=True):
    """`hold_seconds_max` bounds a hold with all its extensions; None is three payment windows.

    `late_payment` says what money for an expired hold may still get: the same places, or equal ones of the same type
    too. `no_single_seats` refuses picked seats that leave one free seat alone. `max_per_customer` counts all live
    tickets a customer has at the show, `max_holds_per_customer` the bookings they have not paid yet: nobody keeps the
    house from selling by holding it.
    """

    hold_seconds_max: int | None = None
    late_payment: Literal["same_places", "equal_places"] = "same_places"
    no_single_seats: bool = False
    max_per_customer: int | None = None
    refunds: Refunds = Refunds()
    shared_quotas: tuple[SharedQuota, ...] = ()
    max_holds_per_customer: int | None = None
