"""What clients were told, as histories of single seats and of numbers of places."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tests.chaos.clients.booking import live_seats, live_tickets
from tests.chaos.clients.call import Call, Said
from tests.chaos.linearizability.operation import NEVER, Operation
from tests.chaos.linearizability.quota import GivePlaces, QuotaEffect, SeenTooFew, TakePlaces
from tests.chaos.linearizability.seat import (
    Free,
    Held,
    Keep,
    SeatEffect,
    SeenLapsed,
    SeenTaken,
    Sold,
    Take,
)
from tests.chaos.world.readings import Readings

SeatHistories = dict[tuple[str, str], list[Operation[SeatEffect]]]
QuotaHistories = dict[str, list[Operation[QuotaEffect]]]


class Told:
    """`readings` say when a hold may have run out by the clocks of those who decide."""

    def __init__(self, calls: Sequence[Call], readings: Readings) -> None:
        self._readings = readings
        self._holds: dict[str, Held] = {}
        self.calls = sorted(calls, key=lambda call: call.invoked)
        for call in self.calls:
            if call.said is Said.DONE and call.action == "book":
                self._hold(call)

    def _hold(self, call: Call) -> None:
        expires = call.answer["expires_at"]
        if expires is not None:
            moment = datetime.fromisoformat(expires).timestamp()
            self._holds[call.answer["id"]] = Held(
                call.answer["id"],
                self._readings.some_past(moment, since=call.invoked),
                self._readings.all_past(moment),
            )

    # ------------------------------------------------------------------ seats

    def seats(self, show: str) -> SeatHistories:
        """A history for each seat of a show with named seats."""
        found: SeatHistories = defaultdict(list)
        for call in self.calls:
            if call.show == show:
                for seat, effect in self._seat_effects(call):
                    found[show, seat].append(_operation(call, effect))
        return found

    def _seat_effects(self, call: Call) -> Iterable[tuple[str, SeatEffect]]:
        before = live_seats(call.before) if call.before is not None else set()
        match call.said:
            case Said.DONE:
                yield from self._done(call, before)
            case Said.REFUSED if call.code == "seats-not-available":
                yield from ((seat, SeenTaken()) for seat in call.answer["seats"])
            case Said.REFUSED if call.code == "booking-expired" and call.before is not None:
                yield from ((seat, SeenLapsed(call.before["id"])) for seat in before)
            case _:
                # What is not known to have happened is known from nobody's answer: the settling has asked again.
                return

    def _done(self, call: Call, before: set[str]) -> Iterable[tuple[str, SeatEffect]]:
        booking = call.answer["id"]
        after = live_seats(call.answer)
        if call.action == "confirm":
            hold = self._holds[booking]
            yield from ((seat, Keep(hold)) for seat in after)
            return
        owner = self._holds[booking] if call.answer["status"] == "pending" else Sold(booking)
        yield from ((seat, Free(booking)) for seat in before - after)
        yield from ((seat, Take(owner)) for seat in after - before)

    # ------------------------------------------------------------------ numbers of places

    def places(self, show: str) -> QuotaHistories:
        """The history of a show whose places have no names."""
        operations: list[Operation[QuotaEffect]] = []
        for call in self.calls:
            effect = _quota_effect(call) if call.show == show else None
            if effect is not None:
                operations.append(_operation(call, effect))
        return {show: operations}


def _quota_effect(call: Call) -> QuotaEffect | None:
    match call.said, call.action:
        case Said.DONE, "book":
            return TakePlaces(len(call.answer["tickets"]))
        case Said.DONE, "cancel":
            assert call.before is not None
            return GivePlaces(len(live_tickets(call.before)) - len(live_tickets(call.answer)))
        case Said.REFUSED, "book" if call.code == "sold-out":
            return SeenTooFew(call.body["quantity"])
        case _:
            return None


def _operation(call: Call, effect: Any) -> "Operation[Any]":
    """From its first attempt to its last, a no as well as a yes: an attempt that comes while an earlier one under the
    same key is still on its way gets the answer of that one, and so a no that was true then.
    """
    completed = call.completed if call.said is not Said.UNKNOWN else NEVER
    name = f"{call.key} {call.action} {call.code or call.position}"
    return Operation(
        name, call.invoked, completed, effect, float(call.position) if call.position else completed
    )
