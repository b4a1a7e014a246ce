"""Fold one fact into a show, in place, in time that does not grow with the show."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from domain.money import Money
from domain.show.booking import Booking
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    PaymentCameTooLate,
    SalesClosed,
    SeatsBooked,
    SeatsHeld,
    ShowFact,
    ShowPublished,
    ShowScheduled,
)
from domain.show.places import Places
from domain.show.state import Show


def evolve(show: Show, fact: ShowFact) -> Show:
    """The show after `fact`: the same object, changed. Total: a fact happened, so it is never refused."""
    show.journal.assign(show, "version", show.version + 1)
    _EVOLVE[type(fact)](show, fact)
    return show


def _scheduled(show: Show, fact: ShowScheduled) -> None:
    _offer_changed(show, fact.at, "scheduled", fact)
    show.journal.assign(show, "offers", {offer.id: offer for offer in fact.offers})
    show.journal.assign(show, "places", Places(fact.plan, show.journal))


def _published(show: Show, fact: ShowPublished) -> None:
    _offer_changed(show, fact.at, "status", "on_sale")


def _sales_closed(show: Show, fact: SalesClosed) -> None:
    _offer_changed(show, fact.at, "status", "closed")


def _offer_changed(show: Show, at: datetime, name: str, value: object) -> None:
    show.journal.assign(show, "updated_at", at)
    show.journal.assign(show, name, value)
    show.journal.assign(show, "offer_version", show.version)


def _held(show: Show, fact: SeatsHeld) -> None:
    _add(show, fact, "pending", fact.expires_at)
    show.stock.hold(fact.tickets)
    show.holds.add(fact.expires_at, fact.booking_id)


def _booked(show: Show, fact: SeatsBooked) -> None:
    _add(show, fact, "confirmed")
    show.stock.sell(fact.tickets)


def _add(show: Show, fact: SeatsHeld | SeatsBooked, status: str, expires_at: Any = None) -> None:
    for ticket in fact.tickets:
        show.places.take(ticket)
    booking = Booking(
        fact.booking_id, fact.code, fact.customer, status, fact.tickets, fact.total,
        Money(0, fact.total.currency), fact.at, show.version, expires_at,
    )  # fmt: skip
    show.journal.put(show.bookings, booking.id, booking)


def _confirmed(show: Show, fact: BookingConfirmed) -> None:
    booking = show.bookings[fact.booking_id]
    live = booking.live_tickets
    if booking.status == "pending":
        show.stock.hold(live, by=-1)
    else:
        # A late payment took the same places again after the hold had run out.
        for ticket in live:
            show.places.take(ticket)
    show.stock.sell(live)
    _change(show, booking, status="confirmed", payment=fact.payment, expires_at=None)


def _cancelled(show: Show, fact: BookingCancelled) -> None:
    booking = show.bookings[fact.booking_id]
    leaving = tuple(ticket for ticket in booking.tickets if ticket.id in fact.ticket_ids)
    _give_back(show, booking, leaving)
    cancelled_ids = booking.cancelled_ids + fact.ticket_ids
    status = "cancelled" if len(cancelled_ids) == len(booking.tickets) else booking.status
    refunded = booking.refunded + fact.refund
    _change(show, booking, status=status, cancelled_ids=cancelled_ids, refunded=refunded)


def _expired(show: Show, fact: BookingExpired) -> None:
    booking = show.bookings[fact.booking_id]
    _give_back(show, booking, booking.live_tickets)
    _change(show, booking, status="expired")


def _paid_too_late(show: Show, fact: PaymentCameTooLate) -> None:
    booking = show.bookings[fact.booking_id]
    _change(show, booking, late_payments=(*booking.late_payments, fact.payment))


def _give_back(show: Show, booking: Booking, tickets: Any) -> None:
    for ticket in tickets:
        show.places.release(ticket)
    if booking.status == "pending":
        show.stock.hold(tickets, by=-1)
    else:
        show.stock.sell(tickets, by=-1)


def _change(show: Show, booking: Booking, **changes: Any) -> None:
    show.journal.put(show.bookings, booking.id, replace(booking, version=show.version, **changes))


_EVOLVE: dict[type, Callable[[Show, Any], None]] = {
    ShowScheduled: _scheduled,
    ShowPublished: _published,
    SalesClosed: _sales_closed,
    SeatsHeld: _held,
    SeatsBooked: _booked,
    BookingConfirmed: _confirmed,
    BookingCancelled: _cancelled,
    BookingExpired: _expired,
    PaymentCameTooLate: _paid_too_late,
}
