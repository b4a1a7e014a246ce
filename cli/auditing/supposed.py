"""The options that say which rules are supposed to have been others."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from audit_api.what_if.changes import Changes

F = TypeVar("F", bound=Callable[..., Any])

HOLD_SECONDS_MAX = 30 * 24 * 3600
NUMBER_MAX = 1_000_000_000_000
DIGITS_MAX = len(str(NUMBER_MAX))
"""As much as an event can be given."""


class Named(click.ParamType[tuple[str, int]]):
    """`TYPE=NUMBER`, where TYPE is a ticket type's id or name."""

    name = "TYPE=N"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        name, _, number = str(value).rpartition("=")
        is_number = number.isascii() and number.isdigit() and len(number) <= DIGITS_MAX
        if not name or not is_number or int(number) > NUMBER_MAX:
            self.fail(
                f"{value} is not a ticket type's id or name, '=' and a whole number up to {NUMBER_MAX}",
                param,
                ctx,
            )
        return name, int(number)


OPTIONS = (
    click.option("--hold-seconds", type=click.IntRange(1, HOLD_SECONDS_MAX), help="Suppose: time to pay."),
    click.option("--quota", "quotas", type=Named(), multiple=True, help="Suppose: a ticket type's quota."),
    click.option(
        "--price",
        "prices",
        type=Named(),
        multiple=True,
        help="Suppose: a ticket type's price, in minor units.",
    ),
    click.option("--no-single-seats", is_flag=True, help="Suppose: no single seat may be left."),
    click.option("--max-per-customer", type=click.IntRange(1), help="Suppose: tickets for one customer."),
)


def supposed(function: F) -> F:
    """All of them."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def changes(given: dict[str, Any]) -> Changes:
    """As they were given."""
    return Changes(
        hold_seconds=given["hold_seconds"],
        quotas=dict(given["quotas"]),
        prices=dict(given["prices"]),
        no_single_seats=given["no_single_seats"],
        max_per_customer=given["max_per_customer"],
    )
