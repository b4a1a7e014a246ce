"""Three seats, two processes over bad lines, and a crowd: what each was told, seat by seat. In memory, by a seed."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import orjson

from command_api.aggregates import SHOW
from command_api.writing.aggregate import Aggregate
from command_api.writing.answer import Answer
from command_api.writing.failures import CommandFailed
from domain.money import Money
from domain.refusal import Refusal, Refused
from domain.seating_plan import Row, SeatingPlan, Section
from domain.show.commands import BookSeats, CancelBooking, ScheduleShow, Wanted
from domain.show.offer import Offer
from domain.show.refusals import BookingIsExpired, SeatsNotAvailable
from domain.show.state import Show
from domain.show.ticket import NewTicket
from tests.chaos.linearizability.operation import NEVER, Operation
from tests.chaos.linearizability.seat import Free, Held, SeatEffect, SeenLapsed, SeenTaken, Take
from tests.command_api.writing.desk import Desk
from tests.command_api.writing.weather import Database, Line
from tests.command_api.writing.words import ANNA, NOON, SHOW_ID

SEATS = ("S/1/1", "S/1/2", "S/1/3")
HOLD_SECONDS = 3
CLIENTS, CALLS = 6, 12
TRY_SECONDS = 2.0
INSTANT = 0.001
Histories = dict[str, list[Operation[SeatEffect]]]


class Said(NamedTuple):
    """`tried` is when the last try began, `ended` when its answer came; `reason` is None where the answer is yes."""

    tried: float
    ended: float
    expires_at: float
    reason: Refusal | None
    was_doubtful: bool


class SmallHall:
    def __init__(self, seed: int, database: Database, aggregate: Aggregate[Show] = SHOW) -> None:
        self._chance = Random(seed)
        self._desks = [Desk(Line(database, self._chance)) for _ in range(2)]
        self._aggregate = aggregate
        self.histories: Histories = defaultdict(list)

    async def day(self) -> Histories:
        await self._until_known("opening", lambda _now: OPENING)
        await asyncio.gather(*(self._client(number) for number in range(CLIENTS)))
        return self.histories

    async def _client(self, number: int) -> None:
        for call in range(CALLS):
            booking, seat = f"b{number}-{call}", self._chance.choice(SEATS)
            if await self._book(booking, seat):
                await asyncio.sleep(self._chance.uniform(0, 1.5 * HOLD_SECONDS))
                await self._cancel(booking, seat)
            await asyncio.sleep(self._chance.uniform(0, 1))

    async def _book(self, booking: str, seat: str) -> bool:
        began = _time()
        said = await self._until_known(f"{booking} books", lambda now: _book(booking, seat, now))
        if said.reason is None:
            # There is one clock here: the hold ends for everybody at once.
            hold = Held(booking, said.expires_at, said.expires_at + INSTANT)
            self._note(seat, booking, began, said.ended, Take(hold))
            return True
        if isinstance(said.reason, SeatsNotAvailable):
            self._note(seat, booking, said.tried, said.ended, SeenTaken())
        if said.was_doubtful:
            # An earlier try may come through yet, and nobody knows until when it then holds.
            self._note(seat, booking, began, NEVER, Take(Held(booking, began, NEVER)))
        return False

    async def _cancel(self, booking: str, seat: str) -> None:
        began = _time()
        said = await self._until_known(f"{booking} cancels", lambda now: CancelBooking(SHOW_ID, booking, now))
        if said.reason is None:
            self._note(seat, booking, began, said.ended, Free(booking))
        elif isinstance(said.reason, BookingIsExpired):
            self._note(seat, booking, said.tried, said.ended, SeenLapsed(booking))

    def _note(self, seat: str, booking: str, began: float, ended: float, effect: SeatEffect) -> None:
        self.histories[seat].append(Operation(f"{booking} {effect}", began, ended, effect))

    async def _until_known(self, key: str, make: Callable[[datetime], Any]) -> Said:
        """Try at either desk under the same key until there is a yes or a no."""
        was_doubtful = False
        while True:
            tried = _time()
            asked = self._chance.choice(self._desks).ask(
                make(NOON + timedelta(seconds=tried)),
                key=key,
                wait=TRY_SECONDS,
                aggregate=self._aggregate,
                render=_until_when,
            )
            try:
                reply = await asked
            except Refused as no:
                return Said(tried, _time(), 0.0, no.reason, was_doubtful)
            except CommandFailed:
                was_doubtful = True
                await asyncio.sleep(self._chance.uniform(0, 0.5))
                continue
            return Said(tried, _time(), orjson.loads(reply.answer.body), None, was_doubtful)


OPENING = ScheduleShow(
    SHOW_ID, "Tosca", "Town hall", "Europe/Rome", NOON + timedelta(days=30),
    SeatingPlan(sections=(Section("S", (Row("1", seats=len(SEATS)),)),)),
    (Offer("standard", "Standard", Money(2000, "EUR")),), NOON, on_sale=True, payment_window_seconds=HOLD_SECONDS,
)  # fmt: skip


def _book(booking: str, seat: str, now: datetime) -> BookSeats:
    ticket = NewTicket(f"{booking}-0", f"CODE-{booking}-0")
    return BookSeats(SHOW_ID, booking, f"CODE-{booking}", ANNA, (Wanted(1, seats=(seat,)),), (ticket,), now)


def _until_when(_show: Show, facts: list[Any]) -> Answer:
    """When the hold that was made ends, in seconds of the loop's clock; 0 where none was made."""
    ends = [fact.expires_at for fact in facts if hasattr(fact, "expires_at")]
    return Answer(200, orjson.dumps((ends[0] - NOON).total_seconds() if ends else 0.0))


def _time() -> float:
    return asyncio.get_running_loop().time()
