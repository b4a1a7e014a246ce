"""Decide a booking: is it on sale, how many, which places."""

from collections import Counter
from datetime import datetime, timedelta

from domain.money import total
from domain.refusal import Refused
from domain.show.choosing import Pick
from domain.show.commands import BookSeats, Wanted
from domain.show.facts import SeatsBooked, SeatsHeld, ShowFact
from domain.show.offer import Offer
from domain.show.refusals import (
    AboveMaximum,
    BelowMinimum,
    NotOnSale,
    SalesAreClosed,
    SalesNotOpen,
    SeatsNamedTwice,
    SeatsNotAvailable,
    SeatsNotInTicketType,
    SeatsUnknown,
    ShowIsOver,
    SoldOut,
    TicketTypeNotOffered,
    TicketTypeRequired,
)
from domain.show.state import Show
from domain.show.ticket import NewTicket, Ticket


def book_seats(command: BookSeats, show: Show) -> list[ShowFact]:
    """One fact: `SeatsHeld` where the show gives time to pay and there is something to pay, else `SeatsBooked`."""
    if command.booking_id in show.bookings:
        return []  # Asked twice, booked once: another booking under this id would orphan the places of the first.
    require_on_sale(show, command.now)
    wanted = [(offer_wanted(show, item), item) for item in command.wanted]
    for offer, quantity in _quantities(wanted):
        _require_sales_window(offer, command.now)
        _require_quantity(offer, quantity)
        _require_stock(show, offer, quantity)
    _require_seats_named_once(command)
    tickets = _tickets(show, wanted, list(command.new_tickets))
    price = total((ticket.price for ticket in tickets), tickets[0].price.currency)
    window = show.details.payment_window_seconds
    if window is None or not price.amount:
        return [
            SeatsBooked(
                command.show_id,
                command.booking_id,
                command.code,
                command.customer,
                tickets,
                price,
                command.now,
            )
        ]
    expires_at = command.now + timedelta(seconds=window)
    return [
        SeatsHeld(
            command.show_id,
            command.booking_id,
            command.code,
            command.customer,
            tickets,
            price,
            expires_at,
            command.now,
        )
    ]


def require_on_sale(show: Show, now: datetime) -> None:
    """Refuse unless the show is published, not closed and not over."""
    if show.status == "draft":
        raise Refused(NotOnSale(show.details.show_id))
    if show.status == "closed":
        raise Refused(SalesAreClosed())
    ended_at = show.details.ends_at or show.details.starts_at
    if now >= ended_at:
        raise Refused(ShowIsOver(ended_at))


def offer_wanted(show: Show, item: Wanted) -> Offer:
    """The offer an item asks for; the only one when it names none."""
    if item.ticket_type_id is None:
        if len(show.offers) > 1:
            raise Refused(TicketTypeRequired(tuple(show.offers)))
        return next(iter(show.offers.values()))
    offer = show.offers.get(item.ticket_type_id)
    if offer is None:
        raise Refused(TicketTypeNotOffered(item.ticket_type_id))
    return offer


def _quantities(wanted: list[tuple[Offer, Wanted]]) -> list[tuple[Offer, int]]:
    """Tickets per offer over all items: a limit that counts per item could be passed by asking twice."""
    if len(wanted) == 1:
        return [(wanted[0][0], wanted[0][1].quantity)]
    counts: Counter[str] = Counter()
    for offer, item in wanted:
        counts[offer.id] += item.quantity
    offers = {offer.id: offer for offer, _ in wanted}
    return [(offers[offer_id], quantity) for offer_id, quantity in counts.items()]


def _require_sales_window(offer: Offer, now: datetime) -> None:
    if offer.sales_from is not None and now < offer.sales_from:
        raise Refused(SalesNotOpen(offer.id, offer.sales_from))
    if offer.sales_until is not None and now >= offer.sales_until:
        raise Refused(SalesAreClosed(offer.id, offer.sales_until))


def _require_quantity(offer: Offer, quantity: int) -> None:
    if offer.max_per_booking is not None and quantity > offer.max_per_booking:
        raise Refused(AboveMaximum(offer.id, quantity, offer.max_per_booking))
    if quantity < offer.min_per_booking:
        raise Refused(BelowMinimum(offer.id, quantity, offer.min_per_booking))


def _require_stock(show: Show, offer: Offer, quantity: int) -> None:
    available = show.available(offer)
    if quantity > available:
        raise Refused(SoldOut(offer.id, quantity, available))


def _require_seats_named_once(command: BookSeats) -> None:
    named = Counter(seat for item in command.wanted for seat in item.seats)
    if twice := tuple(seat for seat, times in named.items() if times > 1):
        raise Refused(SeatsNamedTwice(twice))


def _tickets(
    show: Show, wanted: list[tuple[Offer, Wanted]], identities: list[NewTicket]
) -> tuple[Ticket, ...]:
    """Named seats first, so that a choice by number cannot take a seat that the same booking names."""
    pick = Pick(show.places)
    chosen: list[tuple[Offer, str | None, str | None]] = []
    for offer, item in wanted:
        if item.seats:
            _require_seats_exist(show, offer, item.seats)
            if refused := tuple(seat for seat in item.seats if not pick.take_seat(seat)):
                raise Refused(SeatsNotAvailable(refused))
            chosen += [(offer, seat, None) for seat in item.seats]
    for offer, item in wanted:
        if not item.seats:
            places = pick.choose(show.parts_of(offer), item.quantity)
            if len(places) < item.quantity:
                raise Refused(SoldOut(offer.id, item.quantity, len(places)))
            chosen += [(offer, seat, area) for seat, area in places]
    return tuple(
        Ticket(identity.id, identity.code, offer.id, offer.name, offer.price, seat, area)
        for identity, (offer, seat, area) in zip(identities, chosen, strict=True)
    )


def _require_seats_exist(show: Show, offer: Offer, seats: tuple[str, ...]) -> None:
    located = {seat: show.places.locate(seat) for seat in seats}
    if unknown := tuple(seat for seat, place in located.items() if place is None):
        raise Refused(SeatsUnknown(unknown))
    covered = show.parts_of(offer)
    if outside := tuple(
        seat for seat, place in located.items() if place is not None and place[0] not in covered
    ):
        raise Refused(SeatsNotInTicketType(offer.id, outside))
