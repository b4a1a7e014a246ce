"""Money in integer minor units; never a float."""

from collections.abc import Iterable

from domain.value import Value


class Money(Value, frozen=True):
    """An `amount` in minor units of an ISO 4217 `currency`: 12000 EUR is 120 euros, 12000 JPY is 12000 yen."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)


def total(prices: Iterable[Money], currency: str) -> Money:
    """The sum of `prices`, all in `currency`; nothing adds up to zero of it."""
    return sum(prices, start=Money(0, currency))
