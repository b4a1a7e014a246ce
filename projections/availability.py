"""availability: how many places of an event are held, sold, kept back and left, in all and by ticket type - now, and as
of any moment before?

Facts that move no place and no deadline have no fold here: another customer, a name on a ticket.
"""

from collections.abc import Iterable

from domain.show.facts import (
    AllotmentReleased,
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    HoldExtended,
    OfferChanged,
    OfferWithdrawn,
    PlacesReplaced,
    SeatsAllotted,
    SeatsBooked,
    SeatsHeld,
    ShowCancelled,
    ShowDeleted,
    ShowDetailsChanged,
    ShowPlanChanged,
    ShowPublished,
    ShowScheduled,
    TicketsAdded,
    TicketsExchanged,
    TicketTypeOffered,
)
from domain.show.ticket import Ticket
from projections.availability_tables import (
    AVAILABILITY,
    BOOKINGS,
    OVERDUE,
    STEPS,
    AvailabilityRow,
    BookingRow,
    booking_changed,
    keyframe,
    move,
    removed,
)
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from resources.stock import Move, Op, gathered
from resources.stock_of_show import (
    allot_in,
    offer_in,
    places_of,
    plan_anew,
    shared_as,
    stock_of,
    withdraw_from,
)

# ---------------------------------------------------------------------- the show


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    row = AvailabilityRow(fact.show_id, True, stock_of(fact.plan, fact.offers, fact.rules.shared_quotas))
    batch[AVAILABILITY].put(fact.show_id, row)
    keyframe(batch, row)


def no_draft(batch: Batch, fact: ShowPublished | ShowCancelled) -> None:
    row = batch[AVAILABILITY].change(fact.show_id)
    row.draft = False
    keyframe(batch, row)


def details_changed(batch: Batch, fact: ShowDetailsChanged) -> None:
    row = batch[AVAILABILITY].change(fact.show_id)
    row.stock.shared = shared_as(fact.rules.shared_quotas)
    keyframe(batch, row)


def plan_changed(batch: Batch, fact: ShowPlanChanged) -> None:
    row = batch[AVAILABILITY].change(fact.show_id)
    plan_anew(row.stock, fact.plan)
    keyframe(batch, row)


def offered(batch: Batch, fact: TicketTypeOffered | OfferChanged) -> None:
    row = batch[AVAILABILITY].change(fact.show_id)
    offer_in(row.stock, fact.offer)
    keyframe(batch, row)


def withdrawn(batch: Batch, fact: OfferWithdrawn) -> None:
    row = batch[AVAILABILITY].change(fact.show_id)
    withdraw_from(row.stock, fact.ticket_type_id)
    keyframe(batch, row)


def allotted(batch: Batch, fact: SeatsAllotted) -> None:
    row = batch[AVAILABILITY].change(fact.show_id)
    allot_in(row.stock, fact.allotment)
    keyframe(batch, row)


def allotment_released(batch: Batch, fact: AllotmentReleased) -> None:
    """Time releases an allotment of a deleted show, too."""
    if fact.show_id in batch[AVAILABILITY]:
        row = batch[AVAILABILITY].change(fact.show_id)
        row.stock.let_go(fact.allotment_id)
        keyframe(batch, row)


def deleted(batch: Batch, fact: ShowDeleted) -> None:
    batch[AVAILABILITY].remove(fact.show_id)
    removed(batch, fact.show_id)


# ---------------------------------------------------------------------- bookings


def held(batch: Batch, fact: SeatsHeld) -> None:
    add(
        batch,
        BookingRow(fact.booking_id, fact.show_id, "pending", fact.expires_at, batch.position, {}),
        fact.tickets,
    )


def booked(batch: Batch, fact: SeatsBooked) -> None:
    add(batch, BookingRow(fact.booking_id, fact.show_id, "confirmed", None, batch.position, {}), fact.tickets)


def add(batch: Batch, booking: BookingRow, tickets: Iterable[Ticket]) -> None:
    batch[BOOKINGS].put(booking.booking_id, booking)
    move(batch, booking.show_id, taken(booking, tickets))


def extended(batch: Batch, fact: HoldExtended) -> None:
    """No place moves, but from here on the hold counts for longer: a step of its own."""
    booking_changed(batch, fact).expires_at = fact.expires_at
    move(batch, fact.show_id)


def confirmed(batch: Batch, fact: BookingConfirmed) -> None:
    booking = booking_changed(batch, fact)
    places = gathered(booking.places.values())
    # A late payment takes places again after the hold had run out.
    op: Op = "confirm" if booking.status == "pending" else "take"
    booking.status, booking.expires_at = "confirmed", None
    move(batch, fact.show_id, Move(op, "confirmed", places))


def cancelled(batch: Batch, fact: BookingCancelled) -> None:
    booking = booking_changed(batch, fact)
    move(batch, fact.show_id, given_back(booking, fact.ticket_ids))
    if not booking.places:
        booking.status, booking.expires_at = "cancelled", None


def expired(batch: Batch, fact: BookingExpired) -> None:
    """It keeps the list of its places: a late payment may take them again."""
    booking = booking_changed(batch, fact)
    move(batch, fact.show_id, Move("give_back", booking.status, gathered(booking.places.values())))
    booking.status, booking.expires_at = "expired", None


def places_replaced(batch: Batch, fact: PlacesReplaced) -> None:
    """Of an expired booking, which has none: the new ones are taken when it is confirmed."""
    booking_changed(batch, fact).places = places_of(fact.tickets)


def tickets_added(batch: Batch, fact: TicketsAdded) -> None:
    move(batch, fact.show_id, taken(booking_changed(batch, fact), fact.tickets))


def exchanged(batch: Batch, fact: TicketsExchanged) -> None:
    booking = booking_changed(batch, fact)
    move(batch, fact.show_id, given_back(booking, fact.ticket_ids), taken(booking, fact.tickets))


def taken(booking: BookingRow, tickets: Iterable[Ticket]) -> Move:
    """A booking that stands gets places."""
    places = places_of(tickets)
    booking.places.update(places)
    return Move("take", booking.status, gathered(places.values()))


def given_back(booking: BookingRow, ticket_ids: Iterable[str]) -> Move:
    """A booking that stands loses places."""
    places = [booking.places.pop(ticket_id) for ticket_id in ticket_ids if ticket_id in booking.places]
    return Move("give_back", booking.status, gathered(places))


ITS_SHOW: Reads = {AVAILABILITY: "show_id"}
BOTH: Reads = {AVAILABILITY: "show_id", BOOKINGS: "booking_id"}

PROJECTOR = Projector(
    "availability",
    version=4,
    urgent=True,
    tables=(AVAILABILITY, BOOKINGS),
    ledgers=(STEPS, OVERDUE),
    folds={
        ShowScheduled: On(scheduled),
        ShowPublished: On(no_draft, reads=ITS_SHOW),
        ShowCancelled: On(no_draft, reads=ITS_SHOW),
        ShowDetailsChanged: On(details_changed, reads=ITS_SHOW),
        ShowPlanChanged: On(plan_changed, reads=ITS_SHOW),
        TicketTypeOffered: On(offered, reads=ITS_SHOW),
        OfferChanged: On(offered, reads=ITS_SHOW),
        OfferWithdrawn: On(withdrawn, reads=ITS_SHOW),
        SeatsAllotted: On(allotted, reads=ITS_SHOW),
        AllotmentReleased: On(allotment_released, reads=ITS_SHOW),
        ShowDeleted: On(deleted),
        SeatsHeld: On(held, reads=ITS_SHOW),
        SeatsBooked: On(booked, reads=ITS_SHOW),
        HoldExtended: On(extended, reads=BOTH),
        BookingConfirmed: On(confirmed, reads=BOTH),
        BookingCancelled: On(cancelled, reads=BOTH),
        BookingExpired: On(expired, reads=BOTH),
        PlacesReplaced: On(places_replaced, reads={BOOKINGS: "booking_id"}),
        TicketsAdded: On(tickets_added, reads=BOTH),
        TicketsExchanged: On(exchanged, reads=BOTH),
    },
)
