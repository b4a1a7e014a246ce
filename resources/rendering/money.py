"""Money in the API's words."""

from typing import Any

from domain.money import Money


def money(amount: Money) -> dict[str, Any]:
    """The shape of `resources.shape.Money`."""
    return {"amount": amount.amount, "currency": amount.currency}
