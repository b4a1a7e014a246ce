"""Decide as if some tickets had been given back, or taken, already."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.show.booking import Booking
from domain.show.state import Show
from domain.show.ticket import Ticket


@contextmanager
def as_if_released(show: Show, booking: Booking, tickets: tuple[Ticket, ...]) -> Iterator[None]:
    """Within, the places of `tickets` are free and the counts are without them; on leaving all is as it was.

    The journal makes this as cheap as it is: a decision stays a function of the state, which it leaves untouched.
    """
    with show.journal.only_for_now():
        for ticket in tickets:
            show.places.release(ticket, show.allotments)
        if booking.status == "pending":
            show.stock.hold(tickets, by=-1)
        else:
            show.stock.sell(tickets, by=-1)
        show.stock.give(booking.customer, -len(tickets))
        yield


@contextmanager
def as_if_taken(show: Show, tickets: tuple[Ticket, ...]) -> Iterator[None]:
    """Within, the places of `tickets` are taken and counted; on leaving all is as it was."""
    with show.journal.only_for_now():
        for ticket in tickets:
            show.places.take(ticket)
        show.stock.sell(tickets)
        yield
