"""Decide who a booking, and a ticket, is for."""

from domain.refusal import Refused
from domain.show.cancel import chosen_tickets, standing_booking
from domain.show.commands import NameTicketHolders, TransferBooking
from domain.show.facts import BookingTransferred, ShowFact, TicketHolderNamed
from domain.show.refusals import BookingChangedHands, BookingNotConfirmed
from domain.show.state import Show
from domain.show.stock import customer_key
from domain.show.stock_rules import require_customer_limit, require_standing
from domain.show.ticket import NewTicket


def transfer_booking(command: TransferBooking, show: Show) -> list[ShowFact]:
    """To another person, with new codes: whoever saw the old ones has nothing. Only what is paid can be given away."""
    booking = standing_booking(show, command.booking_id)
    require_standing(show, command.now)
    if booking.status != "confirmed":
        raise Refused(BookingNotConfirmed(booking.id, booking.status))
    if command.customer == booking.customer:
        return []
    live = booking.live_tickets
    if customer_key(command.customer) != customer_key(booking.customer):
        require_customer_limit(show, command.customer, len(live))
    # Strict: a ticket without a fresh code would still open the door to whoever saw the old one.
    fresh = zip(live, command.fresh_codes[: len(live)], strict=True)
    codes = tuple(NewTicket(ticket.id, code) for ticket, code in fresh)
    return [BookingTransferred(command.show_id, booking.id, command.customer, codes, command.now)]


def name_ticket_holders(command: NameTicketHolders, show: Show) -> list[ShowFact]:
    """Whose tickets they are, for the door; all of them or, if one cannot be named, none."""
    booking = standing_booking(show, command.booking_id)
    require_standing(show, command.now)
    # A name goes when the person goes with whose key it is encrypted, so it must be whose booking it is. The customer
    # of a booking from before there were keys has one by now, which the booking does not know.
    if booking.customer.person_id not in (None, command.person_id):
        raise Refused(BookingChangedHands(booking.id))
    holders = dict(command.names)
    return [
        TicketHolderNamed(command.show_id, booking.id, ticket.id, holders[ticket.id], command.now)
        for ticket in (chosen_tickets(booking, tuple(holders)) if holders else ())
        if ticket.holder != holders[ticket.id]
    ]
