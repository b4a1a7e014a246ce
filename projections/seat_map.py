"""seat_map: which seats of an event are free, held, sold or blocked?

Facts that move no place have no fold here. A longer hold has one: whoever looked in the moment between its old end and
the fact that made it longer took its places for free, and has to be told again.
"""

from collections.abc import Iterable

from domain.show.facts import (
    AllotmentReleased,
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    HoldExtended,
    PlacesReplaced,
    SeatsAllotted,
    SeatsBooked,
    SeatsHeld,
    ShowCancelled,
    ShowDeleted,
    ShowPlanChanged,
    ShowPublished,
    ShowScheduled,
    TicketsAdded,
    TicketsExchanged,
)
from projections import seat_map_plan
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.seat_map_places import changed, give_back, keep, let_go, place_of, restate, take
from projections.seat_map_tables import (
    ALLOTMENTS,
    BOOKINGS,
    PLANS,
    ROWS,
    SHOWS,
    BookingRow,
    SeatsRow,
    row_of,
)
from projections.table import Table

Further = dict[Table[SeatsRow], Iterable[str]]

# ---------------------------------------------------------------------- the show


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    seat_map_plan.make(batch, fact.show_id, fact.plan)


def no_draft(batch: Batch, fact: ShowPublished | ShowCancelled) -> None:
    batch[SHOWS].change(fact.show_id).draft = False


def plan_changed(batch: Batch, fact: ShowPlanChanged) -> None:
    seat_map_plan.change(batch, changed(batch, fact.show_id), fact.plan)


def allotted(batch: Batch, fact: SeatsAllotted) -> None:
    keep(batch, changed(batch, fact.show_id), fact.allotment)


def allotment_released(batch: Batch, fact: AllotmentReleased) -> None:
    """Time releases an allotment of a deleted show, too."""
    if fact.show_id in batch[SHOWS]:
        let_go(batch, changed(batch, fact.show_id), fact.allotment_id)


def deleted(batch: Batch, fact: ShowDeleted) -> None:
    seat_map_plan.remove(batch, fact.show_id)


# ---------------------------------------------------------------------- bookings


def held(batch: Batch, fact: SeatsHeld) -> None:
    add(batch, fact, BookingRow(fact.booking_id, fact.show_id, "pending", fact.expires_at, []))


def booked(batch: Batch, fact: SeatsBooked) -> None:
    add(batch, fact, BookingRow(fact.booking_id, fact.show_id, "confirmed", None, []))


def add(batch: Batch, fact: SeatsHeld | SeatsBooked, booking: BookingRow) -> None:
    batch[BOOKINGS].put(booking.booking_id, booking)
    get(batch, fact, booking)


def extended(batch: Batch, fact: HoldExtended) -> None:
    booking = batch[BOOKINGS].change(fact.booking_id)
    booking.expires_at = fact.expires_at
    restate(batch, changed(batch, fact.show_id), booking, booking.status)


def confirmed(batch: Batch, fact: BookingConfirmed) -> None:
    booking, show = batch[BOOKINGS].change(fact.booking_id), changed(batch, fact.show_id)
    if booking.status == "pending":
        restate(batch, show, booking, "confirmed")
    else:
        # A late payment takes places again after the hold had run out.
        take(batch, show, booking.places, "confirmed")
        booking.status = "confirmed"


def cancelled(batch: Batch, fact: BookingCancelled) -> None:
    booking = batch[BOOKINGS].change(fact.booking_id)
    lose(batch, fact, booking)
    if not booking.places:
        booking.status = "cancelled"


def expired(batch: Batch, fact: BookingExpired) -> None:
    """It keeps the list of its places: a late payment may take them again."""
    booking = batch[BOOKINGS].change(fact.booking_id)
    give_back(batch, changed(batch, fact.show_id), booking.places, booking.status)
    booking.status = "expired"


def places_replaced(batch: Batch, fact: PlacesReplaced) -> None:
    """Of an expired booking, which has none: the new ones are taken when it is confirmed."""
    batch[BOOKINGS].change(fact.booking_id).places = [place_of(ticket) for ticket in fact.tickets]


def tickets_added(batch: Batch, fact: TicketsAdded) -> None:
    get(batch, fact, batch[BOOKINGS].change(fact.booking_id))


def exchanged(batch: Batch, fact: TicketsExchanged) -> None:
    booking = batch[BOOKINGS].change(fact.booking_id)
    lose(batch, fact, booking)
    get(batch, fact, booking)


def get(
    batch: Batch, fact: SeatsHeld | SeatsBooked | TicketsAdded | TicketsExchanged, booking: BookingRow
) -> None:
    """A booking that stands gets places."""
    places = [place_of(ticket) for ticket in fact.tickets]
    take(batch, changed(batch, fact.show_id), places, booking.status)
    booking.places += places


def lose(batch: Batch, fact: BookingCancelled | TicketsExchanged, booking: BookingRow) -> None:
    """A booking that stands loses places."""
    leaving = frozenset(fact.ticket_ids)
    places = [place for place in booking.places if place.ticket_id in leaving]
    give_back(batch, changed(batch, fact.show_id), places, booking.status)
    booking.places = [place for place in booking.places if place.ticket_id not in leaving]


# ---------------------------------------------------------------------- which rows a fact is about


def of_tickets(
    _: Batch, fact: SeatsHeld | SeatsBooked | TicketsAdded | TicketsExchanged | PlacesReplaced
) -> Further:
    return {ROWS: [row_of(fact.show_id, ticket.seat) for ticket in fact.tickets if ticket.seat]}


def of_booking(
    batch: Batch, fact: BookingConfirmed | BookingCancelled | BookingExpired | HoldExtended | TicketsExchanged
) -> Further:
    rows = batch[BOOKINGS]
    places = rows.read(fact.booking_id).places if fact.booking_id in rows else []
    return {ROWS: [row_of(fact.show_id, place.name) for place in places if place.is_seat]}


def of_both(batch: Batch, fact: TicketsExchanged) -> Further:
    return {ROWS: [*of_tickets(batch, fact)[ROWS], *of_booking(batch, fact)[ROWS]]}


def of_plan(batch: Batch, fact: ShowPlanChanged) -> Further:
    return {ROWS: batch[PLANS].read(fact.show_id).row_ids if fact.show_id in batch[PLANS] else []}


def of_allotment(_: Batch, fact: SeatsAllotted) -> Further:
    return {ROWS: [row_of(fact.show_id, seat) for seat in fact.allotment.seats]}


def of_released(batch: Batch, fact: AllotmentReleased) -> Further:
    rows = batch[ALLOTMENTS]
    seats = rows.read(fact.allotment_id).seats if fact.allotment_id in rows else []
    return {ROWS: [row_of(fact.show_id, seat) for seat in seats]}


ITS_SHOW: Reads = {SHOWS: "show_id"}
ITS_PLAN: Reads = {SHOWS: "show_id", PLANS: "show_id"}
BOTH: Reads = {SHOWS: "show_id", BOOKINGS: "booking_id"}

PROJECTOR = Projector(
    "seat_map",
    version=2,
    urgent=True,
    tables=(SHOWS, PLANS, ROWS, BOOKINGS, ALLOTMENTS),
    folds={
        ShowScheduled: On(scheduled),
        ShowPublished: On(no_draft, reads=ITS_SHOW),
        ShowCancelled: On(no_draft, reads=ITS_SHOW),
        ShowPlanChanged: On(plan_changed, reads=ITS_PLAN, then=of_plan),
        SeatsAllotted: On(allotted, reads=ITS_SHOW, then=of_allotment),
        AllotmentReleased: On(
            allotment_released, reads={SHOWS: "show_id", ALLOTMENTS: "allotment_id"}, then=of_released
        ),
        ShowDeleted: On(deleted, reads=ITS_PLAN),
        SeatsHeld: On(held, reads=ITS_SHOW, then=of_tickets),
        SeatsBooked: On(booked, reads=ITS_SHOW, then=of_tickets),
        HoldExtended: On(extended, reads=BOTH, then=of_booking),
        BookingConfirmed: On(confirmed, reads=BOTH, then=of_booking),
        BookingCancelled: On(cancelled, reads=BOTH, then=of_booking),
        BookingExpired: On(expired, reads=BOTH, then=of_booking),
        PlacesReplaced: On(places_replaced, reads={BOOKINGS: "booking_id"}, then=of_tickets),
        TicketsAdded: On(tickets_added, reads=BOTH, then=of_tickets),
        TicketsExchanged: On(exchanged, reads=BOTH, then=of_both),
    },
)
