"""One seat: free, held by a booking until a moment, or sold to one."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.chaos.linearizability.operation import Operation


class Held(NamedTuple):
    """Clocks may differ, and jump: by some the hold has run out at `lapses_from`, by all of them at `is_over_at`."""

    booking: str
    lapses_from: float
    is_over_at: float


class Sold(NamedTuple):
    booking: str


Seat = Held | Sold | None


class Take(NamedTuple):
    """A booking got it."""

    by: Held | Sold


class Keep(NamedTuple):
    """A hold on it was paid: in time, or late and it was still free."""

    hold: Held


class Free(NamedTuple):
    """A booking gave it back."""

    booking: str


class SeenTaken(NamedTuple):
    """Somebody was told that it is not to be had."""


class SeenLapsed(NamedTuple):
    """Somebody was told that their hold on it has run out."""

    booking: str


SeatEffect = Take | Keep | Free | SeenTaken | SeenLapsed


class SeatModel:
    """What may happen to a seat."""

    initial: Seat = None

    def after(self, state: Seat, operation: Operation[SeatEffect]) -> Iterable[Seat]:
        for seat in self._with_time(state, operation):
            yield from self._one(seat, operation)

    def _with_time(self, state: Seat, operation: Operation[SeatEffect]) -> Iterable[Seat]:
        """What it may have been when the operation looked: a hold may have run out until then, or must have."""
        if not isinstance(state, Held):
            yield state
            return
        if operation.invoked < state.is_over_at:
            yield state
        if operation.completed >= state.lapses_from:
            yield None

    def _one(self, seat: Seat, operation: Operation[SeatEffect]) -> Iterable[Seat]:
        booking = seat.booking if seat is not None else None
        match operation.effect:
            case Take(by) if seat is None:
                yield by
            case Keep(hold) if booking == hold.booking:
                yield Sold(hold.booking)
            case Keep(hold) if seat is None and operation.completed >= hold.lapses_from:
                yield Sold(hold.booking)
            case Free(by) if booking == by:
                yield None
            case SeenTaken() if seat is not None:
                yield seat
            case SeenLapsed(by) if booking != by:
                yield seat
            case _:
                return
