"""What an explanation is given: the command, why it was refused, and everything as it stood."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any, Literal

from audit_api.causes.cause import SeatHolder
from audit_api.causes.folded import Folded
from audit_api.folding import Stage, stages
from audit_api.why import Because, answered, why_of
from domain.seating_plan import SEAT_SEPARATOR, Area, Section
from domain.show.booking import Booking
from domain.show.commands import ExchangeTickets
from domain.show.releasing import as_if_released
from domain.show.state import Show
from domain.show.ticket import Ticket

SEATS_MAX = 500
"""Seats whose holders are named; beyond it there are only more of the same."""


class Case:
    """One refused command."""

    def __init__(self, folded: Folded, command: Any, reason: Any) -> None:
        self.folded = folded
        self.command = command
        self.reason = reason

    @property
    def show(self) -> Show:
        """For what only a show refuses."""
        show: Show = self.folded.state
        return show

    # ------------------------------------------------------------------ fields

    def field(self, name: str) -> Because:
        """A field of the aggregate; null where it has never been, or is no more."""
        return Because(name, _brief(self.folded.fields.get(name)), self.folded.set_by.get(name))

    def fields(self, *names: str) -> list[Because]:
        """Fields by name, and all those that begin with a name that ends in a dot."""
        found: dict[str, None] = {}
        for name in names:
            known = (each for each in self.folded.set_by if each.startswith(name))
            found.update(dict.fromkeys(known if name.endswith(".") else (name,)))
        return [self.field(name) for name in found]

    @cached_property
    def of_booking(self) -> dict[str, Because]:
        """The fields of the booking that the command is about, with its payments; none where there is none."""
        own = self.folded.own
        return why_of(own, stages(self.command.booking_id, own), _with_payments) if own else {}

    def booking_fields(self, *names: str) -> list[Because]:
        """Of the booking, those that begin with one of the names."""
        return [because for name, because in self.of_booking.items() if name.startswith(names)]

    @property
    def booking(self) -> Booking | None:
        """The booking that the command is about."""
        return self.show.bookings.get(getattr(self.command, "booking_id", ""))

    # ------------------------------------------------------------------ places

    def as_decided(self) -> AbstractContextManager[None]:
        """Within, what an exchange gives back is free, as it was to the decision."""
        leaving, booking = self.leaving, self.booking
        return as_if_released(self.show, booking, leaving) if booking and leaving else nullcontext()

    @cached_property
    def leaving(self) -> tuple[Ticket, ...]:
        """What an exchange gives back."""
        command, booking = self.command, self.booking
        if not isinstance(command, ExchangeTickets) or booking is None:
            return ()
        wanted = command.ticket_ids
        return tuple(ticket for ticket in booking.live_tickets if not wanted or ticket.id in wanted)

    def standing(self) -> Iterator[tuple[Booking, Ticket]]:
        """Every ticket that has a place, but for those that leave."""
        leaving = {ticket.id for ticket in self.leaving}
        for booking in self.show.bookings.values():
            if booking.is_live:
                for ticket in booking.live_tickets:
                    if ticket.id not in leaving:
                        yield booking, ticket

    def holders(self, seats: Iterable[str]) -> list[SeatHolder]:
        """Who has each of these seats."""
        asked = dict.fromkeys(seats)
        taken = {
            ticket.seat: (booking, ticket) for booking, ticket in self.standing() if ticket.seat in asked
        }
        return [self._holder(seat, taken.get(seat)) for seat in list(asked)[:SEATS_MAX]]

    def _holder(self, seat: str, taken: tuple[Booking, Ticket] | None) -> SeatHolder:
        if taken is not None:
            booking, ticket = taken
            kind = kind_of(booking)
            since = self.folded.taken_by[ticket.id]
            return SeatHolder(seat, kind, since, booking.id, ticket.id, ticket.allotment_id)
        kept_by = self.show.places.allotted.get(seat)
        if kept_by is None:
            return SeatHolder(seat, "free")
        since = self.folded.set_by[f"allotments.{kept_by}"]
        return SeatHolder(seat, "kept-back", since, allotment_id=kept_by)


def _with_payments(stage: Stage) -> dict[str, Any]:
    """What was paid, and by which reference, is no part of the answer, and part of what is decided on."""
    booking = stage.booking
    payments = {
        "payment": booking.payment,
        "further_payments": booking.further_payments,
        "unwanted_payments": booking.unwanted_payments,
    }
    return answered(stage) | payments


def kind_of(booking: Booking) -> Literal["sold", "held"]:
    """What a booking that stands does with its places."""
    return "held" if booking.status == "pending" else "sold"


def part_of(ticket: Ticket) -> str:
    """The section or the area where its place is."""
    return ticket.area or (ticket.seat or "").split(SEAT_SEPARATOR, maxsplit=1)[0]


def _brief(value: Any) -> Any:
    """A plan's section of a thousand rows is told by how many it seats."""
    return {"capacity": value.capacity} if isinstance(value, Section | Area) else value
