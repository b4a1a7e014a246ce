"""Decide a booking."""

from datetime import datetime, timedelta

from domain.money import total
from domain.refusal import Refused
from domain.show.commands import BookSeats
from domain.show.facts import SalesOpened, SeatsBooked, SeatsHeld, ShowFact
from domain.show.refusals import PaymentAmountWrong
from domain.show.releasing import as_if_taken
from domain.show.state import Show
from domain.show.stock_rules import (
    offers_wanted,
    quantities,
    require_customer_limit,
    require_hold_limit,
    require_on_sale,
    require_quantity,
    require_sales_window,
    require_stock,
)
from domain.show.taking import tickets_for
from domain.show.ticket import Ticket


def book_seats(command: BookSeats, show: Show) -> list[ShowFact]:
    """`SeatsHeld` where the show gives time to pay and there is something to pay, else `SeatsBooked`.

    Where that sells a type out for which another one waits, `SalesOpened` follows.
    """
    if command.booking_id in show.bookings:
        return []  # Asked twice, booked once: another booking under this id would orphan the places of the first.
    require_on_sale(show, command.now)
    wanted = offers_wanted(show, command.wanted)
    by_offer = quantities(wanted)
    for offer, quantity in by_offer:
        require_sales_window(show, offer, command.now)
        require_quantity(offer, quantity)
    require_customer_limit(show, command.customer, len(command.new_tickets))
    require_stock(show, by_offer, from_allotment=command.allotment_id is not None)
    tickets = tickets_for(show, wanted, command.new_tickets, command.allotment_id)
    return [_booking(command, show, tickets), *sales_opened(show, tickets, command.now)]


def _booking(command: BookSeats, show: Show, tickets: tuple[Ticket, ...]) -> SeatsHeld | SeatsBooked:
    price = total((ticket.price for ticket in tickets), tickets[0].price.currency)
    if command.payment is not None and command.payment.amount != price:
        raise Refused(PaymentAmountWrong(price, command.payment.amount))
    window = show.details.payment_window_seconds
    show_id, booking_id, code = command.show_id, command.booking_id, command.code
    if window is None or not price.amount or command.payment is not None:
        return SeatsBooked(
            show_id, booking_id, code, command.customer, tickets, price, command.now, command.payment
        )
    require_hold_limit(show, command.customer)
    expires_at = command.now + timedelta(seconds=window)
    return SeatsHeld(show_id, booking_id, code, command.customer, tickets, price, expires_at, command.now)


def sales_opened(show: Show, tickets: tuple[Ticket, ...], now: datetime) -> list[ShowFact]:
    """The types that wait for one which these tickets, about to be taken, sell out."""
    waiting = [
        (offer, show.offers[offer.opens_after])
        for offer in show.offers.values()
        if offer.opens_after in show.offers and offer.id not in show.opened
    ]
    if not waiting:
        return []
    with as_if_taken(show, tickets):
        return [
            SalesOpened(show.details.show_id, offer.id, now)
            for offer, before in waiting
            if not show.available(before)
        ]
