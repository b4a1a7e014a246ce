"""Decide a booking."""

from datetime import datetime, timedelta

from domain.money import total
from domain.refusal import Refused
from domain.show.commands import BookSeats
from domain.show.facts import SalesOpened, SeatsBooked, SeatsHeld, ShowFact
from domain.show.refusals import PaymentAmountWrong
from domain.show.state import Show
from domain.show.stock_rules import (
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
    expires_at = command.now + timedelta(seconds=window)
    return SeatsHeld(show_id, booking_id, code, command.customer, tickets, price, expires_at, command.now)


def sales_opened(show: Show, tickets: tuple[Ticket, ...], now: datetime) -> list[ShowFact]:
    """The types that wait for one which these tickets, about to be taken from general sale, sell out."""
    opened: list[ShowFact] = []
    for offer in show.offers.values():
        before = show.offers.get(offer.opens_after) if offer.opens_after else None
        if before is not None and offer.id not in show.opened:
            places = show.parts_of(before)
            from_its_places = sum(
                1 for ticket in tickets if ticket.allotment_id is None and _part(ticket) in places
            )
            from_its_quota = sum(1 for ticket in tickets if ticket.ticket_type_id == before.id)
            if show.available(before) - max(from_its_places, from_its_quota) <= 0:
                opened.append(SalesOpened(show.details.show_id, offer.id, now))
    return opened


def _part(ticket: Ticket) -> str | None:
    return ticket.area if ticket.seat is None else ticket.seat.split("/")[0]
