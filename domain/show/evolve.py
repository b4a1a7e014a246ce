"""Fold one fact into a show, in place. All but a change of plan take time that does not grow with the show."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from msgspec.structs import replace

from domain.money import Money, total
from domain.show import facts as f
from domain.show.booking import Booking
from domain.show.places import Places
from domain.show.state import Show
from domain.show.ticket import Ticket

V = TypeVar("V")


def evolve(show: Show, fact: f.ShowFact) -> Show:
    """The show after `fact`: the same object, changed. Total: a fact happened, so it is never refused."""
    show.journal.assign(show, "version", show.version + 1)
    _EVOLVE[type(fact)](show, fact)
    return show


# ---------------------------------------------------------------------- the show


def _scheduled(show: Show, fact: f.ShowScheduled) -> None:
    _changed(show, fact.at, scheduled=fact)
    show.journal.assign(show, "offers", {offer.id: offer for offer in fact.offers})
    show.journal.assign(show, "places", Places(fact.plan, show.journal))


def _published(show: Show, fact: f.ShowPublished) -> None:
    _changed(show, fact.at, status="on_sale")


def _details_changed(show: Show, fact: f.ShowDetailsChanged) -> None:
    details = replace(
        show.details,
        name=fact.name,
        description=fact.description,
        category=fact.category,
        payment_window_seconds=fact.payment_window_seconds,
        rules=fact.rules,
    )
    _changed(show, fact.at, scheduled=details)


def _plan_changed(show: Show, fact: f.ShowPlanChanged) -> None:
    """Places anew: what was kept back and what was sold is marked in the new plan."""
    _changed(
        show, fact.at, scheduled=replace(show.details, plan=fact.plan), places=Places(fact.plan, show.journal)
    )
    live = [booking for booking in show.bookings.values() if booking.is_live]
    for allotment in show.allotments.values():
        show.places.keep(allotment)
    for booking in live:
        _take(show, booking.live_tickets)


def _rescheduled(show: Show, fact: f.ShowRescheduled) -> None:
    _changed(show, fact.at, scheduled=replace(show.details, starts_at=fact.starts_at, ends_at=fact.ends_at))


def _offered(show: Show, fact: f.TicketTypeOffered | f.OfferChanged) -> None:
    _changed(show, fact.at)
    show.journal.put(show.offers, fact.offer.id, fact.offer)


def _withdrawn(show: Show, fact: f.OfferWithdrawn) -> None:
    _changed(show, fact.at)
    show.journal.assign(show, "offers", _without(show.offers, fact.ticket_type_id))


def _opened(show: Show, fact: f.SalesOpened) -> None:
    show.journal.put(show.opened, fact.ticket_type_id, value=True)


def _allotted(show: Show, fact: f.SeatsAllotted) -> None:
    _changed(show, fact.at)
    show.places.keep(fact.allotment)
    show.journal.put(show.allotments, fact.allotment.id, fact.allotment)


def _allotment_released(show: Show, fact: f.AllotmentReleased) -> None:
    _changed(show, fact.at)
    show.places.let_go(show.allotments[fact.allotment_id])
    show.journal.assign(show, "allotments", _without(show.allotments, fact.allotment_id))


def _without(table: dict[str, V], key: str) -> dict[str, V]:
    """A new table: one that got the key back on a rollback would have it at the end."""
    return {each: value for each, value in table.items() if each != key}


def _sales_closed(show: Show, fact: f.SalesClosed) -> None:
    _changed(show, fact.at, status="closed")


def _sales_reopened(show: Show, fact: f.SalesReopened) -> None:
    _changed(show, fact.at, status="on_sale")


def _show_cancelled(show: Show, fact: f.ShowCancelled) -> None:
    _changed(show, fact.at, status="cancelled")


def _show_deleted(show: Show, fact: f.ShowDeleted) -> None:
    _changed(show, fact.at, status="deleted")


def _changed(show: Show, at: datetime, **values: object) -> None:
    """What is about the show itself moves its own version on."""
    for name, value in values.items():
        show.journal.assign(show, name, value)
    show.journal.assign(show, "updated_at", at)
    show.journal.assign(show, "offer_version", show.version)


# ---------------------------------------------------------------------- bookings


def _held(show: Show, fact: f.SeatsHeld) -> None:
    nothing = Money(0, fact.total.currency)
    _add(show, fact, "pending", paid=nothing, expires_at=fact.expires_at)
    show.stock.hold(fact.tickets)
    show.stock.keep(fact.customer, 1)
    show.holds.add(fact.expires_at, fact.booking_id)


def _booked(show: Show, fact: f.SeatsBooked) -> None:
    _add(show, fact, "confirmed", paid=fact.total, payment=fact.payment)
    show.stock.sell(fact.tickets)


def _add(show: Show, fact: f.SeatsHeld | f.SeatsBooked, status: str, **more: Any) -> None:
    _take(show, fact.tickets)
    show.stock.give(fact.customer, len(fact.tickets))
    booking = Booking(
        id=fact.booking_id,
        code=fact.code,
        customer=fact.customer,
        status=status,
        tickets=tuple([_sharing(show, ticket) for ticket in fact.tickets]),
        total=fact.total,
        refunded=Money(0, fact.total.currency),
        created_at=fact.at,
        version=show.version,
        **more,
    )
    show.journal.put(show.bookings, booking.id, booking)


def _sharing(show: Show, ticket: Ticket) -> Ticket:
    """The same ticket, with the offer's own id, name and price instead of copies of them.

    As it is decided it has them; read from the log it would bring others, and they are a quarter of a show's memory.
    """
    offer = show.offers.get(ticket.ticket_type_id)
    if offer is None or ticket.price is offer.price:
        return ticket
    if ticket.price != offer.price or ticket.ticket_type != offer.name:
        return ticket
    return Ticket(
        ticket.id,
        ticket.code,
        offer.id,
        offer.name,
        offer.price,
        ticket.seat,
        ticket.area,
        ticket.allotment_id,
        ticket.holder,
    )


def _extended(show: Show, fact: f.HoldExtended) -> None:
    _change(show, show.bookings[fact.booking_id], expires_at=fact.expires_at)
    show.holds.add(fact.expires_at, fact.booking_id)


def _confirmed(show: Show, fact: f.BookingConfirmed) -> None:
    booking = show.bookings[fact.booking_id]
    live = booking.live_tickets
    if booking.status == "pending":
        show.stock.hold(live, by=-1)
        show.stock.keep(booking.customer, -1)
    else:
        # A late payment took places again after the hold had run out.
        _take(show, live)
        show.stock.give(booking.customer, len(live))
    show.stock.sell(live)
    paid = fact.payment.amount if fact.payment else show.due(booking)
    _change(show, booking, status="confirmed", payment=fact.payment, paid=paid, expires_at=None)


def _cancelled(show: Show, fact: f.BookingCancelled) -> None:
    booking = show.bookings[fact.booking_id]
    _give_back(show, booking, [ticket for ticket in booking.tickets if ticket.id in fact.ticket_ids])
    cancelled = booking.cancelled_ids + fact.ticket_ids
    refunded = booking.refunded_ids + (fact.ticket_ids if fact.refund.amount else ())
    status = "cancelled" if len(cancelled) == len(booking.tickets) else booking.status
    if booking.status == "pending" and status == "cancelled":
        show.stock.keep(booking.customer, -1)
    money = booking.refunded + fact.refund
    _change(show, booking, status=status, cancelled_ids=cancelled, refunded_ids=refunded, refunded=money)


def _expired(show: Show, fact: f.BookingExpired) -> None:
    booking = show.bookings[fact.booking_id]
    _give_back(show, booking, booking.live_tickets)
    show.stock.keep(booking.customer, -1)
    _change(show, booking, status="expired")


def _unwanted_payment(show: Show, fact: f.PaymentCameTooLate | f.PaymentCameTwice) -> None:
    booking = show.bookings[fact.booking_id]
    _change(show, booking, unwanted_payments=(*booking.unwanted_payments, fact.payment))


def _places_replaced(show: Show, fact: f.PlacesReplaced) -> None:
    """Of an expired booking, which has no places: the new ones are taken when it is confirmed."""
    booking = show.bookings[fact.booking_id]
    fresh = {ticket.id: ticket for ticket in fact.tickets}
    _change(show, booking, tickets=tuple(fresh.get(ticket.id, ticket) for ticket in booking.tickets))


def _tickets_added(show: Show, fact: f.TicketsAdded) -> None:
    booking = show.bookings[fact.booking_id]
    _get(show, booking, fact.tickets)
    paid = booking.paid + fact.price if booking.status == "confirmed" else booking.paid
    _change(
        show,
        booking,
        tickets=booking.tickets + fact.tickets,
        total=booking.total + fact.price,
        paid=paid,
        further_payments=_with(booking.further_payments, fact.payment),
    )


def _exchanged(show: Show, fact: f.TicketsExchanged) -> None:
    booking = show.bookings[fact.booking_id]
    leaving = [ticket for ticket in booking.tickets if ticket.id in fact.ticket_ids]
    _give_back(show, booking, leaving)
    _get(show, booking, fact.tickets)
    currency = booking.total.currency
    before = total((ticket.price for ticket in leaving), currency).amount
    after = total((ticket.price for ticket in fact.tickets), currency).amount
    _change(
        show,
        booking,
        tickets=booking.tickets + fact.tickets,
        cancelled_ids=booking.cancelled_ids + fact.ticket_ids,
        total=Money(booking.total.amount - before + after, currency),
        paid=booking.paid + fact.due,
        refunded=booking.refunded + fact.refund,
        further_payments=_with(booking.further_payments, fact.payment),
    )


def _with(payments: tuple[f.Payment, ...], payment: f.Payment | None) -> tuple[f.Payment, ...]:
    return payments if payment is None else (*payments, payment)


def _transferred(show: Show, fact: f.BookingTransferred) -> None:
    booking = show.bookings[fact.booking_id]
    live = len(booking.live_tickets)
    show.stock.give(booking.customer, -live)
    show.stock.give(fact.customer, live)
    codes = {ticket.id: ticket.code for ticket in fact.codes}
    tickets = tuple(
        replace(ticket, code=codes[ticket.id], holder=None) if ticket.id in codes else ticket
        for ticket in booking.tickets
    )
    _change(show, booking, customer=fact.customer, tickets=tickets)


def _holder_named(show: Show, fact: f.TicketHolderNamed) -> None:
    booking = show.bookings[fact.booking_id]
    tickets = tuple(
        replace(ticket, holder=fact.holder) if ticket.id == fact.ticket_id else ticket
        for ticket in booking.tickets
    )
    _change(show, booking, tickets=tickets)


def _get(show: Show, booking: Booking, tickets: tuple[Ticket, ...]) -> None:
    """A booking that stands gets more places."""
    _take(show, tickets)
    show.stock.give(booking.customer, len(tickets))
    if booking.status == "pending":
        show.stock.hold(tickets)
    else:
        show.stock.sell(tickets)


def _give_back(show: Show, booking: Booking, tickets: Iterable[Ticket]) -> None:
    """A booking that stands loses places."""
    leaving = tuple(tickets)
    for ticket in leaving:
        show.places.release(ticket, show.allotments)
    show.stock.give(booking.customer, -len(leaving))
    if booking.status == "pending":
        show.stock.hold(leaving, by=-1)
    else:
        show.stock.sell(leaving, by=-1)


def _take(show: Show, tickets: Iterable[Ticket]) -> None:
    for ticket in tickets:
        show.places.take(ticket)


def _change(show: Show, booking: Booking, **changes: Any) -> None:
    show.journal.put(show.bookings, booking.id, replace(booking, version=show.version, **changes))


_EVOLVE: dict[type, Callable[[Show, Any], None]] = {
    f.ShowScheduled: _scheduled,
    f.ShowPublished: _published,
    f.ShowDetailsChanged: _details_changed,
    f.ShowPlanChanged: _plan_changed,
    f.ShowRescheduled: _rescheduled,
    f.TicketTypeOffered: _offered,
    f.OfferChanged: _offered,
    f.OfferWithdrawn: _withdrawn,
    f.SalesOpened: _opened,
    f.SeatsAllotted: _allotted,
    f.AllotmentReleased: _allotment_released,
    f.SalesClosed: _sales_closed,
    f.SalesReopened: _sales_reopened,
    f.ShowCancelled: _show_cancelled,
    f.ShowDeleted: _show_deleted,
    f.SeatsHeld: _held,
    f.SeatsBooked: _booked,
    f.HoldExtended: _extended,
    f.BookingConfirmed: _confirmed,
    f.BookingCancelled: _cancelled,
    f.BookingExpired: _expired,
    f.PaymentCameTooLate: _unwanted_payment,
    f.PaymentCameTwice: _unwanted_payment,
    f.PlacesReplaced: _places_replaced,
    f.TicketsAdded: _tickets_added,
    f.TicketsExchanged: _exchanged,
    f.BookingTransferred: _transferred,
    f.TicketHolderNamed: _holder_named,
}
