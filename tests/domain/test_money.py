"""Money adds up in its own currency and in no other."""

import pytest

from domain.money import Money, total


def test_money_of_one_currency_adds_up() -> None:
    assert Money(1, "EUR") + Money(2, "EUR") == Money(3, "EUR")
    assert total([Money(10**17, "JPY"), Money(1, "JPY")], "JPY") == Money(10**17 + 1, "JPY")


def test_nothing_adds_up_to_zero() -> None:
    assert total([], "EUR") == Money(0, "EUR")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot add CHF to EUR"):
        total([Money(1, "EUR"), Money(1, "CHF")], "EUR")
