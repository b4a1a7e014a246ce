"""Whose word it is that money came."""

from typing import Any

from command_api.asking import Asking
from command_api.bodies.booking import PaymentBody
from command_api.roles import BOOKERS
from domain.show.facts import Payment
from runtime.problems import Problem, ProblemDetail

PAYMENT_BY_STAFF = ProblemDetail(
    403,
    "payment-by-staff",
    "Here it is the house that says what was paid",
    "The booking is confirmed when the payment provider has told the house.",
)


def payment_told(asking: Asking[Any], body: PaymentBody | None) -> Payment | None:
    """The payment in a request, if there is one.

    Raises Problem 403 `payment-by-staff` where customers' word does not count: nobody here asks a payment provider, so
    on the open internet it has to come from a shop that did, with an API key.
    """
    if body is None:
        return None
    if asking.services.payments_from_staff and not BOOKERS.for_anybody(asking.caller):
        raise Problem(PAYMENT_BY_STAFF)
    return body.value()
