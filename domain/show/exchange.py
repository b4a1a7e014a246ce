"""Decide an exchange: other places for some tickets of a booking."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from domain.money import Money, total
from domain.refusal import Refused
from domain.show.book import sales_opened
from domain.show.booking import Booking
from domain.show.cancel import chosen_tickets, refundable, standing_booking
from domain.show.commands import ExchangeTickets, Wanted
from domain.show.facts import Payment, ShowFact, TicketsExchanged
from domain.show.payment_check import require_payment
from domain.show.refusals import AboveMaximum
from domain.show.releasing import as_if_released
from domain.show.state import Show
from domain.show.stock_rules import (
    BOOKING_TICKETS_MAX,
    offers_wanted,
    quantities,
    require_customer_limit,
    require_on_sale,
    require_quantity,
    require_sales_window,
    require_stock,
)
from domain.show.taking import tickets_for
from domain.show.ticket import NewTicket, Ticket


def exchange_tickets(command: ExchangeTickets, show: Show) -> list[ShowFact]:
    """Give some tickets back and take others in one step, or refuse as a whole.

    The places given back can be taken again by the same exchange. Where the new ones cost more the difference is due
    at once; where they cost less it is refunded by the show's policy, as it would be for a cancellation. Of a hold
    only the sum to pay changes.
    """
    booking = standing_booking(show, command.booking_id)
    require_on_sale(show, command.now)
    leaving = chosen_tickets(booking, command.ticket_ids)
    with as_if_released(show, booking, leaving):
        staying = tuple(ticket for ticket in booking.live_tickets if ticket not in leaving)
        tickets = more_tickets(
            show, booking, staying, command.wanted, identities=command.new_tickets, now=command.now
        )
        opened = sales_opened(show, tickets, command.now)
    due, refund = _difference(command, show, booking, leaving, tickets)
    check_payment_now(show, booking, command.payment, due)
    ids = tuple(ticket.id for ticket in leaving)
    exchanged = TicketsExchanged(
        command.show_id, booking.id, ids, tickets, due, refund, command.now, command.payment
    )
    return [exchanged, *opened]


def more_tickets(
    show: Show,
    booking: Booking,
    staying: tuple[Ticket, ...],
    wanted: tuple[Wanted, ...],
    *,
    identities: Sequence[NewTicket],
    now: datetime,
) -> tuple[Ticket, ...]:
    """Tickets that a booking gets on top of those `staying`, by the same rules as a new booking's."""
    offered = offers_wanted(show, wanted)
    by_offer = quantities(offered)
    counts = Counter(ticket.ticket_type_id for ticket in staying)
    in_all = len(staying) + sum(quantity for _, quantity in by_offer)
    if in_all > BOOKING_TICKETS_MAX:
        raise Refused(AboveMaximum(by_offer[-1][0].id, in_all, BOOKING_TICKETS_MAX))
    for offer, quantity in by_offer:
        require_sales_window(show, offer, now)
        # Minimum and maximum hold for what the booking has in the end.
        require_quantity(offer, counts[offer.id] + quantity)
    require_customer_limit(show, booking.customer, sum(quantity for _, quantity in by_offer))
    require_stock(show, by_offer, from_allotment=False)
    return tickets_for(show, offered, identities)


def _difference(
    command: ExchangeTickets,
    show: Show,
    booking: Booking,
    leaving: tuple[Ticket, ...],
    tickets: tuple[Ticket, ...],
) -> tuple[Money, Money]:
    """(due, refund): one of them is nothing; for a hold both are."""
    currency = booking.total.currency
    before = total((ticket.price for ticket in leaving), currency).amount
    after = total((ticket.price for ticket in tickets), currency).amount
    if booking.status == "pending":
        return Money(0, currency), Money(0, currency)
    back = Money(min(max(0, before - after), refundable(booking).amount), currency)
    refund = show.details.rules.refunds.of(back, show.details.starts_at, command.now)
    return Money(max(0, after - before), currency), refund


def check_payment_now(show: Show, booking: Booking, payment: Payment | None, price: Money) -> None:
    """Refuse unless what a booking costs on top is paid at once, where it has to be.

    A hold is paid as a whole later. A show that gives no time to pay takes its money elsewhere, and asks for none here.
    """
    if booking.status == "pending":
        require_payment(payment, Money(0, price.currency))
    elif payment is not None or show.details.payment_window_seconds is not None:
        require_payment(payment, price)
