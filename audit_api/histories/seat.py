"""What happened to a seat: every fact that allotted, held, sold, exchanged or freed it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from audit_api.folding import Stage
from audit_api.histories.booking_changes import BookingStep, steps_of
from audit_api.histories.entry import Entry, State, differences
from audit_api.histories.readable import readable
from audit_api.lifespan_state import AuditServices
from domain.journal import Journal
from domain.show.facts import AllotmentReleased, SeatsAllotted
from domain.show.places import Places
from domain.show.ticket import Ticket
from eventstore.facts import RecordedFact
from eventstore.wanted import Wanted

NAME_SEATS = (
    "SeatsHeld",
    "SeatsBooked",
    "PlacesReplaced",
    "TicketsAdded",
    "TicketsExchanged",
    "SeatsAllotted",
)
"""Facts in which seats stand by name."""

NAME_PLANS = frozenset({"ShowScheduled", "ShowPlanChanged"})
PLANS_MAX = 100

RELEASE = ("AllotmentReleased",)
STATES = {"pending": "held", "confirmed": "sold"}
FREE: State = {"state": "free", "booking_id": None, "ticket_id": None, "allotment_id": None}


class Holder(NamedTuple):
    """Who has the seat after a fact."""

    booking_id: str
    ticket: Ticket
    state: str


async def seat_history(services: AuditServices, stream: str, seat: str) -> list[Entry]:
    """All of it: a seat has few facts in a show of any size. Raises `StoreUnavailable`."""
    name = msgspec.json.encode(seat).decode()
    positions = await services.selections.positions_naming(stream, name, NAME_SEATS, RELEASE)
    naming, everything = list[RecordedFact](), Wanted()
    while True:
        page, goes_on = await services.selections.of_positions(positions, everything, len(positions) or 1)
        naming += page
        if goes_on is None:
            break
        everything = Wanted(after=goes_on)
    steps = await steps_of(services, naming)
    about = {fact.position: fact for fact in naming} | {at: step.fact for at, step in steps.items()}
    return list(_told(seat, sorted(about.items()), steps))


def _told(
    seat: str, facts: Iterable[tuple[int, RecordedFact]], steps: dict[int, BookingStep]
) -> Iterator[Entry]:
    state, allotments = FREE, set[str]()
    for position, fact in facts:
        step = steps.get(position)
        after = (
            _allotted(seat, fact, state, allotments)
            if step is None
            else _taken(seat, step, state, allotments)
        )
        if after != state:
            yield Entry(fact, differences(state, after))
            state = after


def _allotted(seat: str, recorded: RecordedFact, state: State, allotments: set[str]) -> State:
    """The state after a fact about an allotment; `allotments` are those that keep the seat when nobody has it."""
    fact = readable(recorded)
    if isinstance(fact, SeatsAllotted) and seat in fact.allotment.seats:
        allotments.add(fact.allotment.id)
        return FREE | {"state": "allotted", "allotment_id": fact.allotment.id}
    if isinstance(fact, AllotmentReleased) and fact.allotment_id in allotments:
        allotments.discard(fact.allotment_id)
        if state["state"] == "allotted":
            return FREE
    return state


def _taken(seat: str, step: BookingStep, state: State, allotments: set[str]) -> State:
    """The state after a fact about a booking."""
    holder = _holder(seat, step.after)
    if holder is not None:
        ticket = holder.ticket
        return {
            "state": holder.state,
            "booking_id": holder.booking_id,
            "ticket_id": ticket.id,
            "allotment_id": ticket.allotment_id,
        }
    if state["booking_id"] != step.booking_id:
        return state
    kept_by = state["allotment_id"]
    return FREE | {"state": "allotted", "allotment_id": kept_by} if kept_by in allotments else FREE


def _holder(seat: str, stage: Stage | None) -> Holder | None:
    if stage is None or not stage.booking.is_live:
        return None
    booking = stage.booking
    ticket = next((each for each in booking.live_tickets if each.seat == seat), None)
    return None if ticket is None else Holder(booking.id, ticket, STATES[booking.status])


async def has_seat(services: AuditServices, stream: str, seat: str) -> bool:
    """Whether there is such a seat in a plan that the show has or had. Raises `StoreUnavailable`."""
    plans, _ = await services.selections.about_stream(stream, Wanted(names=NAME_PLANS), PLANS_MAX)
    found = map(readable, plans)
    return any(fact and Places(fact.plan, Journal()).locate(seat) is not None for fact in found)
