"""Decide a change of mind: other places, or more of them."""

from collections import Counter

from domain.money import Money, total
from domain.refusal import Refused
from domain.show.book import sales_opened
from domain.show.booking import Booking
from domain.show.cancel import chosen_tickets, refundable, standing_booking
from domain.show.commands import AddTickets, ExchangeTickets
from domain.show.facts import Payment, ShowFact, TicketsAdded, TicketsExchanged
from domain.show.refusals import PaymentAmountWrong, PaymentRequired
from domain.show.releasing import as_if_released
from domain.show.state import Show
from domain.show.stock_rules import (
    OffersWanted,
    offers_wanted,
    quantities,
    require_customer_limit,
    require_on_sale,
    require_quantity,
    require_sales_window,
    require_stock,
)
from domain.show.taking import tickets_for
from domain.show.ticket import Ticket


def exchange_tickets(command: ExchangeTickets, show: Show) -> list[ShowFact]:
    """Give some tickets back and take others in one step, or refuse as a whole.

    The places given back can be taken again by the same exchange. Where the new ones cost more the difference is due
    at once; where they cost less it is refunded. Of a hold only the sum to pay changes.
    """
    booking = standing_booking(show, command.booking_id)
    require_on_sale(show, command.now)
    leaving = chosen_tickets(booking, command.ticket_ids)
    with as_if_released(show, booking, leaving):
        tickets = _new_tickets(command, show, booking, leaving)
        opened = sales_opened(show, tickets, command.now)
    due, refund = _difference(booking, leaving, tickets)
    _check_payment(command.payment, due)
    ids = tuple(ticket.id for ticket in leaving)
    exchanged = TicketsExchanged(
        command.show_id, booking.id, ids, tickets, due, refund, command.now, command.payment
    )
    return [exchanged, *opened]


def add_tickets(command: AddTickets, show: Show) -> list[ShowFact]:
    """More places for a booking that stands."""
    booking = standing_booking(show, command.booking_id)
    require_on_sale(show, command.now)
    tickets = _new_tickets(command, show, booking, ())
    price = total((ticket.price for ticket in tickets), booking.total.currency)
    needs_payment = booking.status == "confirmed" and show.details.payment_window_seconds is not None
    _check_payment(command.payment, price if needs_payment else Money(0, price.currency))
    added = TicketsAdded(command.show_id, booking.id, tickets, price, command.now, command.payment)
    return [added, *sales_opened(show, tickets, command.now)]


def _new_tickets(
    command: ExchangeTickets | AddTickets, show: Show, booking: Booking, leaving: tuple[Ticket, ...]
) -> tuple[Ticket, ...]:
    wanted = offers_wanted(show, command.wanted)
    by_offer = quantities(wanted)
    for offer, _ in by_offer:
        require_sales_window(show, offer, command.now)
    _require_quantities(wanted, booking, leaving)
    require_customer_limit(show, booking.customer, len(command.new_tickets))
    require_stock(show, by_offer, from_allotment=False)
    return tickets_for(show, wanted, command.new_tickets)


def _require_quantities(wanted: OffersWanted, booking: Booking, leaving: tuple[Ticket, ...]) -> None:
    """Minimum and maximum hold for what the booking will have in the end."""
    staying = [ticket for ticket in booking.live_tickets if ticket not in leaving]
    counts = Counter(ticket.ticket_type_id for ticket in staying)
    for offer, quantity in quantities(wanted):
        require_quantity(offer, counts[offer.id] + quantity)


def _difference(
    booking: Booking, leaving: tuple[Ticket, ...], tickets: tuple[Ticket, ...]
) -> tuple[Money, Money]:
    """(due, refund): one of them is nothing; for a hold both are."""
    currency = booking.total.currency
    before = total((ticket.price for ticket in leaving), currency).amount
    after = total((ticket.price for ticket in tickets), currency).amount
    if booking.status == "pending":
        return Money(0, currency), Money(0, currency)
    back = min(max(0, before - after), refundable(booking).amount)
    return Money(max(0, after - before), currency), Money(back, currency)


def _check_payment(payment: Payment | None, due: Money) -> None:
    if payment is None:
        if due.amount:
            raise Refused(PaymentRequired(due))
    elif payment.amount != due:
        raise Refused(PaymentAmountWrong(due, payment.amount))
