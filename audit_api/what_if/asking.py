"""The command behind each fact about a booking, asked once more.

A booking asks for the very places that it got, with the same tickets, so that it can be followed through both worlds.
"""

from collections.abc import Iterable

from audit_api.what_if.world import World, payment
from domain.money import Money, total
from domain.show import commands as c
from domain.show import facts as f
from domain.show.book import sales_opened
from domain.show.cancel import full_refund, refundable, standing_booking
from domain.show.decide import decide
from domain.show.exchange import check_payment_now, more_tickets
from domain.show.state import Show
from domain.show.stock_rules import require_on_sale
from domain.show.ticket import NewTicket, Ticket


def wanted(tickets: Iterable[Ticket]) -> tuple[tuple[c.Wanted, ...], tuple[NewTicket, ...]]:
    """These places again, and the tickets' identities in the order in which a decision gives them out: seats first."""
    seats: dict[str, list[Ticket]] = {}
    standing: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        (standing if ticket.seat is None else seats).setdefault(ticket.ticket_type_id, []).append(ticket)
    items = [
        *(
            c.Wanted(len(some), type_id, tuple(each.seat or "" for each in some))
            for type_id, some in seats.items()
        ),
        *(c.Wanted(len(some), type_id) for type_id, some in standing.items()),
    ]
    in_order = [ticket for group in (seats, standing) for some in group.values() for ticket in some]
    return tuple(items), tuple(NewTicket(ticket.id, ticket.code) for ticket in in_order)


def ask(fact: f.BookingFact, actual: Show, world: World) -> None:
    """Ask of `world` what `fact` came of. `actual` is the event as it really was before it."""
    if isinstance(fact, f.SeatsHeld | f.SeatsBooked):
        _book(fact, world)
    elif fact.booking_id in world.show.bookings:
        _ask_of_booking(fact, actual, world)
    elif isinstance(fact, f.BookingExpired):
        world.expire(fact.at)


def _ask_of_booking(fact: f.BookingFact, actual: Show, world: World) -> None:
    """Of a booking that would have been there, too."""
    match fact:
        case f.BookingConfirmed() | f.PaymentCameTooLate() | f.PaymentCameTwice():
            _pay(fact, world)
        case f.HoldExtended():
            _extend(fact, actual, world)
        case f.BookingCancelled():
            _cancel(fact, actual, world)
        case f.TicketsAdded():
            _add(fact, world)
        case f.TicketsExchanged():
            _exchange(fact, world)
        case f.BookingTransferred():
            _transfer(fact, world)
        case f.BookingExpired():
            world.expire(fact.at)
        case _:
            pass  # Equal places and tickets' holders follow from the rest, or change nothing that is counted.


def _book(fact: f.SeatsHeld | f.SeatsBooked, world: World) -> None:
    items, identities = wanted(fact.tickets)
    at_once = isinstance(fact, f.SeatsBooked)

    def decision(paid: f.Payment | None, show: Show) -> list[f.ShowFact]:
        command = c.BookSeats(
            fact.show_id, fact.booking_id, fact.code, fact.customer, items, identities, fact.at, paid,
            allotment_id=fact.tickets[0].allotment_id,
        )  # fmt: skip
        decided = decide(command, show)
        if at_once and isinstance(decided[0], f.SeatsHeld):
            # It cost nothing and now does: who was done at once is supposed to pay at once.
            return decision(payment(None, decided[0].total), show)
        return decided

    world.ask(
        "book", fact.booking_id, fact.at, decision, fact.payment if isinstance(fact, f.SeatsBooked) else None
    )


def _pay(fact: f.BookingConfirmed | f.PaymentCameTooLate | f.PaymentCameTwice, world: World) -> None:
    def decision(paid: f.Payment | None, show: Show) -> list[f.ShowFact]:
        return decide(c.ConfirmBooking(fact.show_id, fact.booking_id, fact.at, paid), show)

    world.ask("confirm", fact.booking_id, fact.at, decision, fact.payment)


def _extend(fact: f.HoldExtended, actual: Show, world: World) -> None:
    """By as long as it was extended."""
    before = actual.bookings[fact.booking_id].expires_at or fact.at
    seconds = round((fact.expires_at - before).total_seconds())

    def decision(_: f.Payment | None, show: Show) -> list[f.ShowFact]:
        return decide(c.ExtendHold(fact.show_id, fact.booking_id, seconds, fact.at), show)

    world.ask("extend", fact.booking_id, fact.at, decision, None)


def _cancel(fact: f.BookingCancelled, actual: Show, world: World) -> None:
    """With what the policy gives back, unless staff had said another sum."""
    word = None if fact.refund == _by_policy(fact, actual) else fact.refund

    def decision(_: f.Payment | None, show: Show) -> list[f.ShowFact]:
        booking = show.bookings[fact.booking_id]
        having = {ticket.id for ticket in booking.live_tickets}
        leaving = tuple(ticket_id for ticket_id in fact.ticket_ids if ticket_id in having)
        if not leaving:
            return []  # They would not have been there, or be gone already.
        refund = None if word is None else min(word, refundable(booking), key=lambda money: money.amount)
        command = c.CancelBooking(fact.show_id, fact.booking_id, fact.at, leaving, fact.reason, refund)
        return decide(command, show)

    world.ask("cancel", fact.booking_id, fact.at, decision, None)


def _by_policy(fact: f.BookingCancelled, actual: Show) -> Money:
    booking = actual.bookings[fact.booking_id]
    leaving = tuple(ticket for ticket in booking.tickets if ticket.id in fact.ticket_ids)
    most = full_refund(booking, leaving)
    details = actual.details
    return (
        most if actual.status == "cancelled" else details.rules.refunds.of(most, details.starts_at, fact.at)
    )


def _add(fact: f.TicketsAdded, world: World) -> None:
    """As `domain.show.quantity` decides it, but for these very places."""
    items, identities = wanted(fact.tickets)

    def decision(paid: f.Payment | None, show: Show) -> list[f.ShowFact]:
        booking = standing_booking(show, fact.booking_id)
        require_on_sale(show, fact.at)
        tickets = more_tickets(show, booking, booking.live_tickets, items, identities=identities, now=fact.at)
        price = total((ticket.price for ticket in tickets), booking.total.currency)
        check_payment_now(show, booking, paid, price)
        added = f.TicketsAdded(fact.show_id, booking.id, tickets, price, fact.at, paid)
        return [added, *sales_opened(show, tickets, fact.at)]

    world.ask("add tickets", fact.booking_id, fact.at, decision, fact.payment)


def _exchange(fact: f.TicketsExchanged, world: World) -> None:
    items, identities = wanted(fact.tickets)

    def decision(paid: f.Payment | None, show: Show) -> list[f.ShowFact]:
        command = c.ExchangeTickets(
            fact.show_id, fact.booking_id, fact.ticket_ids, items, identities, fact.at, paid
        )
        return decide(command, show)

    world.ask("exchange", fact.booking_id, fact.at, decision, fact.payment)


def _transfer(fact: f.BookingTransferred, world: World) -> None:
    codes = {each.id: each.code for each in fact.codes}

    def decision(_: f.Payment | None, show: Show) -> list[f.ShowFact]:
        live = show.bookings[fact.booking_id].live_tickets
        fresh = tuple(codes.get(ticket.id, ticket.code) for ticket in live)
        return decide(c.TransferBooking(fact.show_id, fact.booking_id, fact.customer, fresh, fact.at), show)

    world.ask("transfer", fact.booking_id, fact.at, decision, None)
