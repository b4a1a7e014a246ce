"""Which aggregate a stream is, for deciding a command about it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit_api.histories.show_changes import show_state
from domain.person.decide import decide as decide_person
from domain.person.evolve import evolve as evolve_person
from domain.person.state import PersonState
from domain.show.decide import decide as decide_show
from domain.show.decide import lapse as lapse_show
from domain.show.evolve import evolve as evolve_show
from domain.show.state import Show
from domain.ticket_type.decide import decide as decide_ticket_type
from domain.ticket_type.evolve import evolve as evolve_ticket_type
from domain.ticket_type.state import TicketType
from domain.user.decide import decide as decide_user
from domain.user.evolve import evolve as evolve_user
from domain.user.state import User
from domain.venue.decide import decide as decide_venue
from domain.venue.evolve import evolve as evolve_venue
from domain.venue.state import Venue


def _nothing_lapses(_state: Any, _now: datetime) -> list[Any]:
    return []


def _fields(state: Any) -> dict[str, Any]:
    """What a small state is like, once there is anything."""
    return {name: getattr(state, name) for name in state.__struct_fields__ if name != "version"}


@dataclass(frozen=True)
class Aggregate:
    """`fields` tells the state flat; of a show, all but its bookings."""

    initial: Callable[[], Any]
    decide: Callable[[Any, Any], list[Any]]
    evolve: Callable[[Any, Any], Any]
    lapse: Callable[[Any, datetime], list[Any]] = _nothing_lapses
    fields: Callable[[Any], dict[str, Any]] = _fields


AGGREGATES = {
    "show": Aggregate(Show, decide_show, evolve_show, lapse_show, show_state),
    "venue": Aggregate(Venue, decide_venue, evolve_venue),
    "ticket-type": Aggregate(TicketType, decide_ticket_type, evolve_ticket_type),
    "user": Aggregate(User, decide_user, evolve_user),
    "person": Aggregate(PersonState, decide_person, evolve_person),
}
"""By what the names of their streams begin with."""


def aggregate_of(stream: str) -> Aggregate:
    """Raises LookupError for a stream of no kind that there is."""
    for kind, aggregate in AGGREGATES.items():
        if stream.startswith(f"{kind}-"):
            return aggregate
    raise LookupError(f"{stream} is no stream of ours")
