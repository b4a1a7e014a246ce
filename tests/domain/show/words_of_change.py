"""The words in which examples tell how bookings and shows change. As in `words.py`, what is not said is ordinary."""

from datetime import datetime

from domain.money import Money
from domain.personal import Person
from domain.show.allotment import Allotment, AreaShare
from domain.show.commands import (
    AllotSeats,
    CancelBookingsOfShow,
    CancelShow,
    ChangeQuantity,
    DeleteShow,
    ExchangeTickets,
    ExtendHold,
    NameTicketHolders,
    OfferTicketType,
    ReleaseAllotment,
    ReopenSales,
    RescheduleShow,
    TransferBooking,
    Wanted,
    WithdrawOffer,
)
from domain.show.facts import (
    AllotmentReleased,
    BookingTransferred,
    HoldExtended,
    Payment,
    PaymentCameTwice,
    PlacesReplaced,
    SalesOpened,
    SalesReopened,
    SeatsAllotted,
    ShowCancelled,
    ShowDeleted,
    TicketHolderNamed,
    TicketsAdded,
    TicketsExchanged,
)
from domain.show.offer import Offer
from domain.show.ticket import NewTicket, Ticket
from tests.domain.show.words import BEN, NOON, SHOW, STARTS, eur, identities, payment, ticket


def allotment(
    *seats: str, floor: int = 0, id: str = "a1", release: datetime | None = None, sellable: bool = True
) -> Allotment:
    areas = (AreaShare("Floor", floor),) if floor else ()
    return Allotment(id, "House seats", seats, areas, release, sellable)


def allot(kept: Allotment, at: datetime = NOON) -> AllotSeats:
    return AllotSeats(SHOW, kept, at)


def allotted(kept: Allotment, at: datetime = NOON) -> SeatsAllotted:
    return SeatsAllotted(SHOW, kept, at)


def release(id: str = "a1", at: datetime = NOON) -> ReleaseAllotment:
    return ReleaseAllotment(SHOW, id, at)


def released(id: str = "a1", at: datetime = NOON) -> AllotmentReleased:
    return AllotmentReleased(SHOW, id, at)


def extend(seconds: int = 60, booking: str = "b1", at: datetime = NOON) -> ExtendHold:
    return ExtendHold(SHOW, booking, seconds, at)


def extended(until: datetime, booking: str = "b1", at: datetime = NOON) -> HoldExtended:
    return HoldExtended(SHOW, booking, until, at)


def paid_twice(
    amount: int = 2000, reference: str = "pay-2", booking: str = "b1", at: datetime = NOON
) -> PaymentCameTwice:
    return PaymentCameTwice(SHOW, booking, payment(amount, reference), at)


def replaced(*tickets: Ticket, booking: str = "b1", at: datetime = NOON) -> PlacesReplaced:
    return PlacesReplaced(SHOW, booking, tickets, at)


def exchange(
    *leaving: str,
    to: Wanted | tuple[Wanted, ...],
    first: int = 2,
    paid: Payment | None = None,
    booking: str = "b1",
    at: datetime = NOON,
) -> ExchangeTickets:
    """The new tickets are numbered on from `first`."""
    wanted = to if isinstance(to, tuple) else (to,)
    new = identities(booking, sum(item.quantity for item in wanted), first)
    return ExchangeTickets(SHOW, booking, leaving, wanted, new, at, paid)


def exchanged(
    *leaving: str,
    to: tuple[Ticket, ...],
    due: int = 0,
    refund: int = 0,
    paid: Payment | None = None,
    booking: str = "b1",
    at: datetime = NOON,
) -> TicketsExchanged:
    return TicketsExchanged(SHOW, booking, leaving, to, eur(due), eur(refund), at, paid)


def have(
    quantity: int,
    type: str | None = None,
    *,
    paid: Payment | None = None,
    booking: str = "b1",
    at: datetime = NOON,
    first: int = 2,
) -> ChangeQuantity:
    return ChangeQuantity(SHOW, booking, quantity, identities(booking, 9, first), at, type, paid)


def added(
    *places: str,
    offer: Offer,
    first: int = 2,
    paid: Payment | None = None,
    booking: str = "b1",
    at: datetime = NOON,
) -> TicketsAdded:
    new = tuple(ticket(booking, number, place, offer) for number, place in enumerate(places, first))
    price = Money(offer.price.amount * len(new), offer.price.currency)
    return TicketsAdded(SHOW, booking, new, price, at, paid)


def transfer(to: Person = BEN, booking: str = "b1", at: datetime = NOON) -> TransferBooking:
    return TransferBooking(SHOW, booking, to, tuple(f"FRESH-{n}" for n in range(1, 10)), at)


def transferred(
    *ticket_ids: str, to: Person = BEN, booking: str = "b1", at: datetime = NOON
) -> BookingTransferred:
    codes = tuple(NewTicket(ticket_id, f"FRESH-{n}") for n, ticket_id in enumerate(ticket_ids, 1))
    return BookingTransferred(SHOW, booking, to, codes, at)


def name(*names: tuple[str, str], booking: str = "b1", at: datetime = NOON) -> NameTicketHolders:
    return NameTicketHolders(SHOW, booking, names, at)


def named(ticket_id: str, holder: str, booking: str = "b1", at: datetime = NOON) -> TicketHolderNamed:
    return TicketHolderNamed(SHOW, booking, ticket_id, holder, at)


def opened(type: str, at: datetime = NOON) -> SalesOpened:
    return SalesOpened(SHOW, type, at)


def offer(offered: Offer, at: datetime = NOON) -> OfferTicketType:
    return OfferTicketType(SHOW, offered, at)


def withdraw(type: str, at: datetime = NOON) -> WithdrawOffer:
    return WithdrawOffer(SHOW, type, at)


def reschedule(
    starts_at: datetime = STARTS, ends_at: datetime | None = None, at: datetime = NOON
) -> RescheduleShow:
    return RescheduleShow(SHOW, starts_at, at, ends_at)


def reopen(at: datetime = NOON) -> ReopenSales:
    return ReopenSales(SHOW, at)


def reopened(at: datetime = NOON) -> SalesReopened:
    return SalesReopened(SHOW, at)


def call_off(at: datetime = NOON, reason: str = "") -> CancelShow:
    return CancelShow(SHOW, at, reason)


def called_off(at: datetime = NOON, reason: str = "") -> ShowCancelled:
    return ShowCancelled(SHOW, at, reason)


def cancel_bookings(at: datetime = NOON, most: int = 100) -> CancelBookingsOfShow:
    return CancelBookingsOfShow(SHOW, at, most)


def delete(at: datetime = NOON) -> DeleteShow:
    return DeleteShow(SHOW, at)


def deleted(at: datetime = NOON) -> ShowDeleted:
    return ShowDeleted(SHOW, at)
