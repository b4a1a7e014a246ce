"""One customer: books, pays, exchanges, cancels, and looks whether what was done is to be seen."""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

from tests.chaos.clients.asking import PAUSE_SECONDS, Asking, answered, json_of
from tests.chaos.clients.booking import live_seats, live_tickets
from tests.chaos.clients.call import Call, Said
from tests.chaos.clients.diary import Diary
from tests.chaos.clients.shows import QuotaShow, SeatShow, Shows
from tests.chaos.world.clocks import true_time
from tests.chaos.world.wire import Wire
from tests.system.servers import buyer

PATIENCE_SECONDS = 6.0
READ_SECONDS_MAX = 12.0
BOOKINGS_MAX = 4
LOOKING_MAX = 4
BOOKS_AGAIN = 0.4
PAUSE_BETWEEN_SECONDS = (0.0, 0.15)
BOOKINGS = "/api/v1/bookings"
UNAVAILABLE = 503


class Client:
    """`doors` lead to the command side, `windows` to the query side. All that is random is the seed's."""

    def __init__(
        self,
        number: int,
        chance: Random,
        shows: Shows,
        *,
        doors: Mapping[str, Wire],
        windows: Mapping[str, Wire],
        diary: Diary,
    ) -> None:
        self.caller = buyer(number)
        self._number = number
        self._chance = chance
        self._shows = shows
        self._asking = Asking(doors, chance)
        self._windows = windows
        self._diary = diary
        self._mine: dict[str, dict[str, Any]] = {}
        self._looking: set[asyncio.Task[None]] = set()
        self._calls = 0

    async def run(self, over: asyncio.Event) -> None:
        while not over.is_set():
            if len(self._looking) >= LOOKING_MAX:
                await asyncio.wait(self._looking, return_when=asyncio.FIRST_COMPLETED)
            call = self._next_call()
            self._diary.calls.append(call)
            said = await self._asking.until_known(call, self.caller, PATIENCE_SECONDS)
            self._learn(call, said)
            if said is Said.DONE:
                looking = asyncio.create_task(self._look(call))
                self._looking.add(looking)
                looking.add_done_callback(self._looking.discard)
            await asyncio.sleep(self._chance.uniform(*PAUSE_BETWEEN_SECONDS))
        await asyncio.gather(*self._looking)

    # ------------------------------------------------------------------ what to ask

    def _next_call(self) -> Call:
        if not self._mine or (len(self._mine) < BOOKINGS_MAX and self._chance.random() < BOOKS_AGAIN):
            return self._book()
        booking = self._mine[self._chance.choice(sorted(self._mine))]
        seated = {show.id: show for show in self._shows.seated}
        show = seated.get(booking["event_id"])
        if show is None:
            return self._cancel(booking, partly=self._chance.random() < 0.4)
        ways = [self._cancel, self._exchange if len(live_tickets(booking)) else self._cancel]
        if booking["status"] == "pending":
            ways += [self._confirm, self._confirm]
        way = self._chance.choice(ways)
        return way(booking)

    def _call(
        self,
        action: str,
        show: str,
        path: str,
        body: dict[str, Any],
        before: dict[str, Any] | None = None,
    ) -> Call:
        self._calls += 1
        return Call(
            self.caller.id, f"client {self._number} call {self._calls}", action, show, path, body, before
        )

    def _book(self) -> Call:
        show = self._chance.choice(self._shows.all)
        match show:
            case SeatShow(id, seats):
                wanted = self._chance.sample(seats, self._chance.randint(1, 2))
                return self._call("book", id, BOOKINGS, {"event_id": id, "seats": wanted})
            case QuotaShow(id):
                count = self._chance.randint(1, 3)
                return self._call("book", id, BOOKINGS, {"event_id": id, "quantity": count})

    def _confirm(self, booking: dict[str, Any]) -> Call:
        payment = {**booking["total"], "reference": f"paid by {self._number} as {self._calls}"}
        return self._about(booking, "confirm", {"payment": payment})

    def _cancel(self, booking: dict[str, Any], partly: bool = False) -> Call:
        tickets = live_tickets(booking)
        some = {"tickets": [self._chance.choice(tickets)["id"]]} if partly and len(tickets) > 1 else {}
        return self._about(booking, "cancel", some)

    def _exchange(self, booking: dict[str, Any]) -> Call:
        leaving = self._chance.choice(live_tickets(booking))
        show = next(show for show in self._shows.seated if show.id == booking["event_id"])
        seats = [seat for seat in show.seats if seat not in live_seats(booking)]
        body = {"tickets": [leaving["id"]], "for": {"seats": [self._chance.choice(seats)]}}
        return self._about(booking, "exchange", body)

    def _about(self, booking: dict[str, Any], action: str, body: dict[str, Any]) -> Call:
        path = f"{BOOKINGS}/{booking['id']}/{action}"
        return self._call(action, booking["event_id"], path, body, booking)

    # ------------------------------------------------------------------ what came of it

    def _learn(self, call: Call, said: Said) -> None:
        """A booking about which something is not known is left alone, and so is one that has ended."""
        known = call.before or call.answer
        if said is not Said.REFUSED or not call.code.startswith("seats-not"):
            self._mine.pop(str(known.get("id")), None)

    async def _look(self, call: Call) -> None:
        """Until it was read again nothing more is done about a booking: so it is known what has to be seen."""
        await self._see(call)
        if call.answer["status"] in {"pending", "confirmed"}:
            self._mine[call.answer["id"]] = call.answer

    async def _see(self, call: Call) -> None:
        """Read the own write at its position."""
        path = f"{BOOKINGS}/{call.answer['id']}"
        position = {"Seatledger-Min-Position": str(call.position)}
        began = true_time()
        end, told = began + READ_SECONDS_MAX, ""
        while true_time() < end:
            window = self._windows[self._chance.choice(sorted(self._windows))]
            answer = await answered(window, "GET", path, None, by=self.caller, headers=position)
            if answer is None or answer.status == UNAVAILABLE:
                told = "no answer" if answer is None else str(json_of(answer).get("code"))
                await asyncio.sleep(self._chance.uniform(*PAUSE_SECONDS))
                continue
            self._diary.reads += 1
            seen = json_of(answer)
            if answer.status != 200 or not shows_write(seen, call.answer):
                self._diary.unseen.append(
                    f"{call.key} {call.action} at {call.position}: {answer.status} {seen}"
                )
            return
        since = began - self._diary.began
        self._diary.unread.append(f"{call.key} at {call.position}, from {since:.1f} s on: {told}")


def shows_write(seen: dict[str, Any], written: dict[str, Any]) -> bool:
    """Whether a read booking is what the write has answered; only a hold may have run out in between."""
    if written["status"] == "pending" and seen["status"] == "expired":
        return True
    mine, theirs = ({ticket["id"] for ticket in live_tickets(each)} for each in (written, seen))
    return seen["status"] == written["status"] and mine == theirs and live_seats(seen) == live_seats(written)
