"""Refuse a payment that is not what is due."""

from domain.money import Money
from domain.refusal import Refused
from domain.show.facts import Payment
from domain.show.refusals import PaymentAmountWrong, PaymentRequired


def require_payment(payment: Payment | None, due: Money) -> None:
    """Exactly `due` has to be paid, in its currency; nothing needs no payment."""
    if payment is None:
        if due.amount:
            raise Refused(PaymentRequired(due))
    elif payment.amount != due:
        raise Refused(PaymentAmountWrong(due, payment.amount))
