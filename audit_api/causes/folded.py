"""A stream folded to where it stood, with the fact that set each thing: by its version, as a hundred thousand of them
would be too many to keep.
"""

from array import array
from collections.abc import Iterable
from typing import Any

from audit_api.causes.aggregates import Aggregate
from domain.codec import CODEC
from domain.show import facts as f
from domain.show.state import Show
from domain.tags import booking_tag
from eventstore.facts import RecordedFact

TAKING = f.SeatsHeld | f.SeatsBooked | f.TicketsAdded | f.TicketsExchanged


class Folded:
    """`state` after the facts so far.

    `set_by` has the version of the fact that last changed a field of the aggregate, or took it away. Of a show,
    `begun_by` has for each booking the fact that made it, and `taken_by` for each ticket the fact that took its place.
    `own` are the facts of the booking `about`.
    """

    def __init__(self, aggregate: Aggregate, about: str | None = None) -> None:
        self.aggregate = aggregate
        self.state: Any = aggregate.initial()
        self.version = 0
        self.fields: dict[str, Any] = {}
        self.set_by: dict[str, int] = {}
        self.begun_by: dict[str, int] = {}
        self.taken_by: dict[str, int] = {}
        self.own: list[RecordedFact] = []
        self._tag = booking_tag(about or "")
        self._positions = array("q")

    def fold(self, facts: Iterable[RecordedFact]) -> None:
        """Facts in order, without gaps. Raises whatever an altered one does to the fold."""
        for recorded in facts:
            fact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
            self.version = recorded.version
            self._positions.append(recorded.position)
            if isinstance(fact, f.BookingFact):
                self._note_booking(fact)
                if self._tag in recorded.tags:
                    self.own.append(recorded)
            self.state = self.aggregate.evolve(self.state, fact)
            if not isinstance(fact, f.BookingFact):
                self._note_fields()

    def position(self, version: int) -> int:
        """Where the fact of that version is in the log."""
        return self._positions[version - 1]

    def _note_fields(self) -> None:
        before, self.fields = self.fields, self.aggregate.fields(self.state)
        for name in {**before, **self.fields}:
            # That there is no limit has been said by somebody, too.
            if name not in before or before[name] != self.fields.get(name):
                self.set_by[name] = self.version

    def _note_booking(self, fact: f.BookingFact) -> None:
        show: Show = self.state
        if isinstance(fact, f.SeatsHeld | f.SeatsBooked):
            self.begun_by[fact.booking_id] = self.version
        if isinstance(fact, TAKING):
            self.taken_by.update((ticket.id, self.version) for ticket in fact.tickets)
        elif isinstance(fact, f.BookingConfirmed):
            booking = show.bookings[fact.booking_id]
            if booking.status == "expired":
                # Paid late: it had lost its places, and has taken them again.
                self.taken_by.update((ticket.id, self.version) for ticket in booking.live_tickets)
