"""One process's way to the database: an `EventStore` over a network that loses, delays, cuts and falls silent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from random import Random

from eventstore.appending import Item, KnownCommand, NewCommand, Outcome
from eventstore.facts import RecordedFact
from eventstore.store import EventStore, StoreUnavailable
from tests.simulation.database import LOCK_SECONDS_MAX, Choked, Database, Sent
from tests.simulation.plan import FATES, Plan
from tests.simulation.turns import Turn

DARK_SECONDS_MAX = 15.0
STRAGGLES_SECONDS_MAX = 8.0
PATIENCE_SECONDS_MAX = 3.0
NOTICED_SECONDS_MAX = 5.0


class Line:
    """`calm` ends all trouble, and waiting. `looks_on` is called at each append, when most is in hand."""

    def __init__(self, name: str, database: Database, plan: Plan, chance: Random) -> None:
        self._name = name
        self._database = database
        self._plan = plan
        self._chance = chance
        self._trouble = plan.trouble
        self._slowest = plan.slowest_seconds
        self._loop = asyncio.get_running_loop()
        self._dark_until = 0.0
        self._turns: list[Turn] = []
        self.looks_on: Callable[[], None] = lambda: None

    def calm(self) -> None:
        self._trouble = self._slowest = 0.0
        self._dark_until = 0.0

    async def append(self, items: Sequence[Item], recorded_at: datetime) -> list[Outcome]:
        self.looks_on()
        fate = self._fate("append", FATES)
        sent = self._sent(fate, items, recorded_at)
        if fate == "lost on the way":
            await self._travel()
            raise StoreUnavailable(fate)
        transaction = self._database.send(sent)
        if fate in ("arrives late", "works long", "silent"):
            # Some give up before it has ended and some see its end.
            patience = self._chance.choice((0.0, self._chance.uniform(0, PATIENCE_SECONDS_MAX)))
            await asyncio.wait((transaction,), timeout=patience)
            if fate == "arrives late" or not transaction.done():
                raise StoreUnavailable(fate)
        outcomes = await asyncio.shield(transaction)
        await self._travel()
        if fate == "answer lost":
            raise StoreUnavailable(fate)
        return outcomes

    def _sent(self, fate: str | None, items: Sequence[Item], at: datetime) -> Sent:
        there = self._seconds()
        if fate == "arrives late":
            there += self._chance.uniform(0, STRAGGLES_SECONDS_MAX)
        works = (
            self._chance.uniform(0, STRAGGLES_SECONDS_MAX) if fate in ("works long", "rolled back") else 0.0
        )
        fails: Exception | None = None
        if fate == "rolled back":
            fails = StoreUnavailable(fate)
        elif fate == "choked":
            fails = Choked()
        if fate == "silent":
            works = DARK_SECONDS_MAX
        return Sent(self._name, items, at, there, works, fails)

    @asynccontextmanager
    async def turn(self, stream: str) -> AsyncIterator[EventStore]:
        await self._way_there("turn")
        turn = self._database.turns.ask(stream)
        self._turns.append(turn)
        try:
            await self._until_granted(turn)
            # Some take their time over it, and some break down.
            await self._way_there("turn in hand")
            yield self
            await self._way_there("end of turn")
        except BaseException:
            # The session ends with it, sooner or later. That of a killed process is none of its business any more.
            if turn in self._turns:
                self._end(turn, self._chance.choice((0.0, self._chance.uniform(0, NOTICED_SECONDS_MAX))))
            raise
        self._end(turn, 0.0)
        await self._way_back()

    async def _until_granted(self, turn: Turn) -> None:
        """As the server does: it gives up waiting for a lock after a while."""
        if not turn.granted.done():
            self._database.trace.count("turn: waited for")
            await asyncio.wait((turn.granted,), timeout=LOCK_SECONDS_MAX)
        if not turn.granted.done():
            self._database.trace.count("turn: lock timeout")
            raise StoreUnavailable("lock timeout")
        await self._way_back()
        self._database.trace.count("turn: taken")
        self._database.trace.note(self._loop.time(), self._name, f"has its turn at {turn.stream}")

    def _end(self, turn: Turn, after: float) -> None:
        self._turns.remove(turn)
        self._database.turns.end(turn, after)

    def end_turns(self, after: float) -> None:
        """The process was killed, and the server notices `after` so many seconds."""
        for turn in list(self._turns):
            self._database.trace.count("turn: killed within or before it")
            self._end(turn, after)

    async def find_commands(self, command_ids: Sequence[str]) -> dict[str, KnownCommand]:
        await self._way_there("look up")
        found = await self._database.store.find_commands(command_ids)
        await self._way_back()
        return found

    async def remember(
        self, answered: Sequence[NewCommand], recorded_at: datetime
    ) -> dict[str, KnownCommand]:
        fate = self._fate("keep", FATES)
        if fate == "lost on the way":
            await self._travel()
            raise StoreUnavailable(fate)
        late = fate in ("arrives late", "works long", "silent")
        there = self._seconds() + (self._chance.uniform(0, STRAGGLES_SECONDS_MAX) if late else 0.0)
        fails = StoreUnavailable(fate) if fate == "rolled back" else Choked() if fate == "choked" else None
        keeping = self._database.keep(answered, recorded_at, there, fails)
        if late:
            await asyncio.wait((keeping,), timeout=self._chance.uniform(0, PATIENCE_SECONDS_MAX))
            if not keeping.done():
                raise StoreUnavailable(fate)
        known = await asyncio.shield(keeping)
        await self._travel()
        if fate == "answer lost":
            raise StoreUnavailable(fate)
        return known

    async def read_stream(self, stream: str, after: int = 0, limit: int = 5_000) -> list[RecordedFact]:
        await self._way_there("read")
        # Small pages: a command's facts may stand on two, with others written in between the readings.
        page = await self._database.store.read_stream(stream, after, min(limit, self._plan.page_max))
        await self._way_back()
        return page

    async def read_log(self, after: int, limit: int) -> list[RecordedFact]:
        await self._way_there("read")
        return await self._database.store.read_log(after, limit)

    async def read_tag(self, tag: str) -> list[RecordedFact]:
        await self._way_there("read")
        return await self._database.store.read_tag(tag)

    async def stream_of_tag(self, tag: str) -> str | None:
        await self._way_there("read")
        return await self._database.store.stream_of_tag(tag)

    async def last_position(self) -> int:
        await self._way_there("read")
        return await self._database.store.last_position()

    def _fate(self, call: str, fates: Sequence[str | None]) -> str | None:
        """What befalls this call; None for nothing. Raises `StoreUnavailable` while the line is down."""
        if self._loop.time() < self._dark_until:
            self._database.trace.count(f"{call}: line down")
            raise StoreUnavailable("the line is down")
        if self._chance.random() >= self._trouble:
            return None
        if self._chance.random() < 0.05:
            self._dark_until = self._loop.time() + self._chance.uniform(0, DARK_SECONDS_MAX)
        fate = self._chance.choice(fates)
        if self._plan.favourite_fate in fates and self._chance.random() < 0.7:
            fate = self._plan.favourite_fate
        self._database.trace.count(f"{call}: {fate}")
        self._database.trace.note(self._loop.time(), self._name, f"{call}: {fate}")
        return fate

    async def _way_there(self, call: str) -> None:
        fate = self._fate(call, ("fails", "fails", "slow"))
        await self._travel()
        if fate == "slow":
            await asyncio.sleep(self._chance.uniform(0, PATIENCE_SECONDS_MAX))
        if fate == "fails":
            raise StoreUnavailable(f"{call} {fate}")

    async def _way_back(self) -> None:
        await self._travel()

    async def _travel(self) -> None:
        await asyncio.sleep(self._seconds())

    def _seconds(self) -> float:
        """Often none at all: a turn of the loop, in which anything may come in between."""
        return self._chance.choice((0.0, 0.0, self._chance.uniform(0, self._slowest)))
