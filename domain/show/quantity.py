"""Decide how many tickets a booking has: more, or fewer."""

from domain.money import total
from domain.refusal import Refused
from domain.show.book import sales_opened
from domain.show.booking import Booking
from domain.show.cancel import cancel_booking, standing_booking
from domain.show.commands import CancelBooking, ChangeQuantity, Wanted
from domain.show.exchange import check_payment_now, more_tickets
from domain.show.facts import ShowFact, TicketsAdded
from domain.show.refusals import BelowMinimum, TicketTypeRequired
from domain.show.state import Show
from domain.show.stock_rules import require_on_sale
from domain.show.ticket import Ticket


def change_quantity(command: ChangeQuantity, show: Show) -> list[ShowFact]:
    """Up: more places, by the rules of a booking. Down: the last ones leave, by the rules of a cancellation."""
    booking = standing_booking(show, command.booking_id)
    type_id = command.ticket_type_id or _only_type(booking)
    having = [ticket for ticket in booking.live_tickets if ticket.ticket_type_id == type_id]
    more = command.quantity - len(having)
    if more > 0:
        return _add(command, show, booking, type_id, more)
    return _take_away(command, show, having) if more < 0 else []


def _only_type(booking: Booking) -> str:
    types = tuple(dict.fromkeys(ticket.ticket_type_id for ticket in booking.live_tickets))
    if len(types) > 1:
        raise Refused(TicketTypeRequired(types))
    return types[0]


def _add(command: ChangeQuantity, show: Show, booking: Booking, type_id: str, more: int) -> list[ShowFact]:
    require_on_sale(show, command.now)
    wanted = (Wanted(more, type_id),)
    tickets = more_tickets(
        show, booking, booking.live_tickets, wanted, identities=command.new_tickets[:more], now=command.now
    )
    price = total((ticket.price for ticket in tickets), booking.total.currency)
    check_payment_now(show, booking, command.payment, price)
    added = TicketsAdded(command.show_id, booking.id, tickets, price, command.now, command.payment)
    return [added, *sales_opened(show, tickets, command.now)]


def _take_away(command: ChangeQuantity, show: Show, having: list[Ticket]) -> list[ShowFact]:
    offer = show.offers.get(having[0].ticket_type_id)
    if offer is not None and 0 < command.quantity < offer.min_per_booking:
        raise Refused(BelowMinimum(offer.id, command.quantity, offer.min_per_booking))
    leaving = tuple(ticket.id for ticket in having[command.quantity :])
    return cancel_booking(CancelBooking(command.show_id, command.booking_id, command.now, leaving), show)
