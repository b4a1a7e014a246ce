"""Clients by the seed: they book, pay and give back, try again with and without keys, go early, change their mind."""

import asyncio
from collections.abc import Callable
from hashlib import blake2b
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from command_api.aggregates import SHOW
from command_api.writing.failures import OutcomeUnknown, Overloaded, PreconditionFailed
from command_api.writing.pending import Pending
from domain.show.commands import CancelBooking, Wanted
from eventstore.hashing import canonical
from tests.simulation import orders
from tests.simulation.database import Choked, Database
from tests.simulation.history import Attempt, History
from tests.simulation.plan import HABITS, Plan
from tests.simulation.process import ConnectionCut, Process

METADATA = canonical({"by": {"id": "anna", "role": "customer"}})
TRY_AGAIN_AFTER = (OutcomeUnknown, Overloaded, ConnectionCut, Choked, asyncio.CancelledError)
TRIES_MAX = 6


class Stamped(asyncio.Future[Any]):
    """An answer that tells when it came to be one."""

    def __init__(self, stamp: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self._stamp = stamp

    def set_result(self, result: Any) -> None:
        self._stamp()
        super().set_result(result)

    def set_exception(self, exception: type | BaseException) -> None:
        self._stamp()
        super().set_exception(exception)


class Clients:
    """All who ask. `history` is what they have seen."""

    def __init__(self, plan: Plan, processes: list[Process], database: Database) -> None:
        self.history = History()
        self.shows = [str(UUID(int=number + 1)) for number in range(plan.shows)]
        self._plan = plan
        self._processes = processes
        self._database = database
        self._loop = asyncio.get_running_loop()
        self._numbers = count(1)

    async def open_shows(self) -> None:
        """Each once, whatever it takes."""
        chance = self._plan.chance("opening")
        for show_id in self.shows:
            window = chance.choice((None, 2, 10, 10))
            key = f"open {show_id}"
            while True:
                process = chance.choice(self._processes)
                command = orders.schedule(show_id, process.now(), window)
                attempt = await self.ask(process, command, key=key, creates=True, patience=10.0)
                if attempt.reply is not None:
                    break
                await asyncio.sleep(0.5)

    async def client(self, number: int) -> None:
        chance = self._plan.chance(f"client {number}")
        mine: list[orders.Booked] = []
        for turn in range(self._plan.commands):
            await asyncio.sleep(
                chance.choice((0.0, 0.0, *(chance.uniform(0, most) for most in self._plan.pauses)))
            )
            match self._habit(chance):
                case "change booking" if mine:
                    await self._persist(chance, number, turn, chance.choice(mine))
                case "change show":
                    await self._persist(chance, number, turn, None)
                case "change mind":
                    await self._change_ones_mind(chance)
                case "pass on":
                    await self._pass_on(chance)
                case "open show":
                    await self._open_another(chance)
                case _:
                    mine += await self._book(chance)

    def _habit(self, chance: Random) -> str:
        favourite = self._plan.favourite_habit
        if favourite is not None and chance.random() < 0.5:
            return favourite
        return chance.choices(HABITS, (5, 7, 2, 1, 2, 1))[0]

    async def _book(self, chance: Random) -> list[orders.Booked]:
        """With a key each try is for another booking, and one of them at most is made."""
        key, show_id = self._key_perhaps(chance), chance.choice(self.shows)
        made: list[orders.Booked] = []
        like = chance.getrandbits(64)
        for _ in range(TRIES_MAX):
            process = chance.choice(self._processes)
            command = orders.booking(Random(like), show_id, self._new_booking(), process.now())
            attempt = await self._ask_by_chance(chance, process, command, key)
            quantity = command.wanted[0].quantity
            price = orders.PRICE.amount if command.wanted[0].ticket_type_id == "any" else 0
            seats = command.wanted[0].seats
            if attempt.reply is not None or isinstance(attempt.error, OutcomeUnknown):
                made.append(orders.Booked(show_id, command.booking_id, quantity * price, seats))
            if not self._again(chance, attempt, key):
                break
        return made

    async def _persist(self, chance: Random, number: int, turn: int, booked: orders.Booked | None) -> None:
        """About a booking, or a show: with a key until it is known what came of it, without one sometimes."""
        key = self._key_perhaps(chance)
        like = chance.getrandbits(64)
        show_id = chance.choice(self.shows)
        for _ in range(TRIES_MAX):
            process = chance.choice(self._processes)
            command = (
                orders.about_show(Random(like), show_id, process.now())
                if booked is None
                else orders.about_booking(Random(like), booked, process.now(), number * 100 + turn)
            )
            if not self._again(chance, await self._ask_by_chance(chance, process, command, key), key):
                break

    async def _change_ones_mind(self, chance: Random) -> None:
        """Different bodies under one key, at once and at several processes: one of them at most is carried out."""
        key, show_id = self._key(chance), chance.choice(self.shows)
        asked = []
        for body in (b"this", b"that", b"this"):
            process = chance.choice(self._processes)
            command = orders.booking(Random(body), show_id, self._new_booking(), process.now())
            asked.append(self._loop.create_task(self.ask(process, command, key=key, body=body, patience=5.0)))
        await asyncio.wait(asked)

    async def _pass_on(self, chance: Random) -> None:
        """Give back and at once have somebody else take: the one stands on the other, which is not committed yet."""
        process, show_id = chance.choice(self._processes), chance.choice(self.shows)
        wanted = Wanted(1, "any", (chance.choice(orders.SEATS),))
        first = orders.of_wanted(chance, show_id, self._new_booking(), wanted, process.now())
        await self.ask(process, first)
        back = CancelBooking(show_id, first.booking_id, process.now())
        take = orders.of_wanted(chance, show_id, self._new_booking(), wanted, process.now())
        leaves = chance.choice((None, chance.uniform(0, 0.05), chance.uniform(0, 1)))
        key = self._key_perhaps(chance)
        asked = [
            self._loop.create_task(self.ask(process, back, leaves_after=leaves)),
            self._loop.create_task(self.ask(process, take, key=key)),
        ]
        await asyncio.wait(asked)

    async def _open_another(self, chance: Random) -> None:
        """A new stream, by a command that causes more than one fact."""
        key, process = self._key_perhaps(chance), chance.choice(self._processes)
        show_id = str(UUID(int=next(self._numbers) << 64))
        command = orders.schedule(show_id, process.now(), 10)
        await self.ask(process, command, key=key, creates=key is not None)

    async def _ask_by_chance(
        self, chance: Random, process: Process, command: Any, key: str | None
    ) -> Attempt:
        patience = chance.choice((0.05, 0.5, 3.0, 10.0, 10.0))
        version = chance.randint(2, 8) if chance.random() < 0.08 else None
        leaves = chance.uniform(0, 1) if chance.random() < 0.12 else None
        return await self.ask(
            process, command, key=key, patience=patience, if_version=version, leaves_after=leaves
        )

    def _again(self, chance: Random, attempt: Attempt, key: str | None) -> bool:
        if attempt.has_left or isinstance(attempt.error, TRY_AGAIN_AFTER):
            return key is not None or chance.random() < 0.2
        return key is not None and chance.random() < 0.2

    async def ask(
        self,
        process: Process,
        command: Any,
        *,
        key: str | None = None,
        body: bytes = b"the same",
        creates: bool = False,
        patience: float = 10.0,
        if_version: int | None = None,
        leaves_after: float | None = None,
    ) -> Attempt:
        """Ask once, and note what was seen."""
        attempt = self._attempt(command, key, body, patience, if_version)
        asking = self._loop.create_task(
            process.ask(SHOW, command.show_id, self._pending(attempt), creates=creates)
        )
        await asyncio.wait((asking,), timeout=leaves_after)
        if not asking.done() and attempt.number % 2:
            # Of some requests it is only seen, when their turn comes, that nobody waits any more. Others are ended.
            attempt.has_left = True
            asking.add_done_callback(lambda done: self._answered(attempt, done, process))
            return attempt
        if not asking.done():
            asking.cancel()
            await asyncio.wait((asking,))
        self._answered(attempt, asking, process)
        return attempt

    def _attempt(
        self, command: Any, key: str | None, body: bytes, patience: float, if_version: int | None
    ) -> Attempt:
        number = next(self._numbers)
        stream = SHOW.stream(command.show_id)
        attempt = Attempt(
            number=number,
            stream=stream,
            command=command,
            command_id=_id_of(key) if key else str(UUID(int=number)),
            fingerprint=body if key else None,
            render=orders.rendering(command),
            if_version=if_version,
            asked_at=self._loop.time(),
            patience=patience,
            version_asked=self._version(stream),
            commits_asked=self._database.commits,
        )
        self.history.attempts.append(attempt)
        return attempt

    def _pending(self, attempt: Attempt) -> Pending:
        return Pending(
            command=attempt.command,
            command_id=attempt.command_id,
            fingerprint=attempt.fingerprint,
            metadata=METADATA,
            check=None if attempt.if_version is None else _at_version(attempt.if_version),
            render=attempt.render,
            future=Stamped(lambda: self._stamp(attempt), self._loop),
            deadline=attempt.asked_at + attempt.patience,
            has_left=lambda: attempt.has_left,
            answer_no=orders.no_answer if self._plan.keeps_noes else None,
        )

    def _stamp(self, attempt: Attempt) -> None:
        """The first time counts: the moment at which the answer was decided to be one, not when it was heard."""
        if attempt.answered_at is None:
            attempt.answered_at = self._loop.time()
            attempt.version_answered = self._version(attempt.stream)
            attempt.commits_answered = self._database.commits

    def _answered(self, attempt: Attempt, asking: "asyncio.Task[Any]", process: Process) -> None:
        self._stamp(attempt)
        if asking.cancelled():
            attempt.error = asyncio.CancelledError()
        elif (error := asking.exception()) is not None:
            attempt.error = error
        else:
            attempt.reply = asking.result()
        self._database.trace.count(f"answer {attempt.kind}")
        self._database.trace.note(self._loop.time(), process.name, f"{attempt}: {_said(attempt)}")

    def _version(self, stream: str) -> int:
        return len(self._database.store._streams.get(stream, ()))

    def _new_booking(self) -> str:
        return f"b{next(self._numbers)}"

    def _key(self, chance: Random) -> str:
        return f"{chance.getrandbits(64)}"

    def _key_perhaps(self, chance: Random) -> str | None:
        return self._key(chance) if chance.random() < 0.6 else None


def _said(attempt: Attempt) -> str:
    if attempt.reply is not None:
        return f"{attempt.reply.position} {attempt.reply.answer.body!r}"
    return repr(getattr(attempt.error, "reason", attempt.error))


def _id_of(key: str) -> str:
    return str(UUID(bytes=blake2b(key.encode(), digest_size=16).digest()))


def _at_version(version: int) -> Any:
    def check(show: Any) -> None:
        if show.version != version:
            raise PreconditionFailed(show.version)

    return check
