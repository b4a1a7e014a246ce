"""What happens in the model with each fact, and what no fact may say."""

from datetime import datetime

from domain.show import facts as f
from domain.show.ticket import Ticket
from tests.domain.show.model import Model, SimpleBooking


def happened(model: Model, fact: f.ShowFact) -> None:
    if isinstance(fact, f.OfferFact):
        _to_the_show(model, fact)
    elif isinstance(fact, f.SeatsHeld | f.SeatsBooked):
        _new_booking(model, fact)
    else:
        _to_a_booking(model, fact, model.bookings[fact.booking_id])


def _to_the_show(model: Model, fact: f.OfferFact) -> None:  # noqa: C901, PLR0912 -- a table of facts
    match fact:
        case f.TicketTypeOffered():
            assert fact.offer.id not in model.offers
            model.offers[fact.offer.id] = fact.offer
        case f.OfferChanged():
            assert model.offers[fact.offer.id] != fact.offer
            model.offers[fact.offer.id] = fact.offer
        case f.OfferWithdrawn():
            assert not model.count()[fact.ticket_type_id]
            del model.offers[fact.ticket_type_id]
        case f.SalesOpened():
            assert fact.ticket_type_id not in model.opened
            model.opened.add(fact.ticket_type_id)
        case f.SeatsAllotted():
            _kept_back(model, fact)
        case f.AllotmentReleased():
            del model.allotments[fact.allotment_id]
        case f.ShowPlanChanged():
            model.plan = fact.plan
        case f.ShowRescheduled():
            model.over_at = fact.ends_at or fact.starts_at
        case f.ShowDetailsChanged():
            model.rules = fact.rules
        case f.SalesClosed():
            model.status = "closed"
        case f.SalesReopened():
            assert model.status == "closed"
            model.status = "on_sale"
        case f.ShowCancelled():
            model.status = "cancelled"
        case f.ShowDeleted():
            assert not model.bookings
            model.status = "deleted"
        case _:
            raise AssertionError(f"nobody asked for {fact}")


def _kept_back(model: Model, fact: f.SeatsAllotted) -> None:
    taken = {ticket.seat for ticket in model.live()} | model.kept_seats().keys()
    assert not taken & set(fact.allotment.seats)
    model.allotments[fact.allotment.id] = fact.allotment


def _new_booking(model: Model, fact: f.SeatsHeld | f.SeatsBooked) -> None:
    assert fact.booking_id not in model.bookings
    check_offered(model, fact.tickets)
    new = SimpleBooking({each.id: each for each in fact.tickets}, "pending", fact.customer, fact.at)
    assert fact.total.amount == new.due
    if isinstance(fact, f.SeatsHeld):
        new.expires_at = fact.expires_at
    else:
        new.status, new.paid = "confirmed", fact.total.amount
        new.paid_with = fact.payment.reference if fact.payment else None
    model.bookings[fact.booking_id] = new


def _to_a_booking(model: Model, fact: f.BookingFact, booking: SimpleBooking) -> None:  # noqa: C901 -- a table too
    match fact:
        case f.BookingConfirmed():
            _confirmed(model, fact, booking)
        case f.HoldExtended():
            assert booking.status == "pending"
            assert (fact.expires_at - booking.created_at).total_seconds() <= (
                model.rules.hold_seconds_max or 0
            )
            booking.expires_at = fact.expires_at
        case f.BookingExpired():
            assert booking.status == "pending"
            assert fact.expired_at == booking.expires_at
            booking.status = "expired"
        case f.BookingCancelled():
            _cancelled(fact, booking)
        case f.PaymentCameTooLate():
            assert booking.status in ("expired", "cancelled")
            assert booking.status == "cancelled" or not model.can_retake(booking, fact.at)
            _unwanted(fact.payment, booking)
        case f.PaymentCameTwice():
            assert booking.status == "confirmed"
            _unwanted(fact.payment, booking)
        case f.PlacesReplaced():
            _replaced(model, fact, booking)
        case f.TicketsAdded():
            check_offered(model, fact.tickets)
            assert not fact.payment or fact.payment.amount == fact.price
            booking.paid += fact.price.amount if booking.status == "confirmed" else 0
            _gets(booking, fact.tickets)
        case f.TicketsExchanged():
            _exchanged(model, fact, booking)
        case f.BookingTransferred():
            assert booking.status == "confirmed"
            assert {each.id for each in fact.codes} == booking.tickets.keys()
            assert not {each.code for each in fact.codes} & {each.code for each in booking.tickets.values()}
            booking.customer = fact.customer
        case f.TicketHolderNamed():
            assert fact.ticket_id in booking.tickets
        case _:
            raise AssertionError(f"nobody asked for {fact}")


def _confirmed(model: Model, fact: f.BookingConfirmed, booking: SimpleBooking) -> None:
    if booking.status == "expired":
        assert model.can_retake(booking, fact.at)
    else:
        assert booking.status == "pending"
    paid = fact.payment.amount.amount if fact.payment else 0
    assert paid == booking.due
    booking.status, booking.paid, booking.expires_at = "confirmed", paid, None
    booking.paid_with = fact.payment.reference if fact.payment else None


def _unwanted(payment: f.Payment, booking: SimpleBooking) -> None:
    """Money is paid back once, and not what the booking was paid with: that is another account."""
    assert payment.reference not in booking.unwanted
    assert payment.reference != booking.paid_with
    booking.unwanted.append(payment.reference)


def _replaced(model: Model, fact: f.PlacesReplaced, booking: SimpleBooking) -> None:
    assert booking.status == "expired"
    assert not model.can_retake(booking, fact.at)
    before = [(each.id, each.code, each.ticket_type_id, each.price) for each in booking.tickets.values()]
    assert before == [(each.id, each.code, each.ticket_type_id, each.price) for each in fact.tickets]
    for each in fact.tickets:
        assert model.part(each) in model.parts(model.offers[each.ticket_type_id])
    booking.tickets = {each.id: each for each in fact.tickets}


def _cancelled(fact: f.BookingCancelled, booking: SimpleBooking) -> None:
    assert booking.status in ("pending", "confirmed")
    gone = [booking.tickets.pop(ticket_id) for ticket_id in fact.ticket_ids]
    assert gone
    _refunded(booking, fact.refund.amount)
    if not booking.tickets:
        booking.status = "cancelled"


def _exchanged(model: Model, fact: f.TicketsExchanged, booking: SimpleBooking) -> None:
    check_offered(model, fact.tickets)
    gone = [booking.tickets.pop(ticket_id) for ticket_id in fact.ticket_ids]
    before = sum(each.price.amount for each in gone)
    after = sum(each.price.amount for each in fact.tickets)
    if booking.status == "confirmed":
        assert fact.due.amount == max(0, after - before)
        assert fact.refund.amount <= max(0, before - after)
    else:
        assert fact.due.amount == fact.refund.amount == 0
    booking.paid += fact.due.amount
    _refunded(booking, fact.refund.amount)
    _gets(booking, fact.tickets)


def _gets(booking: SimpleBooking, tickets: tuple[Ticket, ...]) -> None:
    assert booking.status in ("pending", "confirmed")
    assert not booking.tickets.keys() & {each.id for each in tickets}
    booking.tickets |= {each.id: each for each in tickets}


def _refunded(booking: SimpleBooking, amount: int) -> None:
    booking.refunded += amount
    assert amount >= 0
    assert booking.refunded <= booking.paid


def check_offered(model: Model, tickets: tuple[Ticket, ...]) -> None:
    for ticket in tickets:
        offer = model.offers[ticket.ticket_type_id]
        assert model.part(ticket) in model.parts(offer)
        assert (ticket.seat is None) != (ticket.area is None)
        assert (ticket.price, ticket.ticket_type) == (offer.price, offer.name)


def percent_back(days_left: float, tiers: list[tuple[int, int]]) -> int:
    """The best of the tiers (days before, percent) that are met."""
    return max([percent for days, percent in tiers if days_left >= days], default=0)


def days_left(starts_at: datetime, now: datetime) -> float:
    return (starts_at - now).total_seconds() / 86_400
