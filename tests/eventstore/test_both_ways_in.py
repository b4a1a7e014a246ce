"""Processes of the release before append item by item only, beside others that append as a whole first."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from eventstore.appending import Appended, Conflict, Duplicate, Item, NewCommand, Outcome, StreamHead
from eventstore.hashing import chain
from eventstore.postgres.store import PostgresStore
from eventstore.verify import Verifier
from tests.eventstore.words import NOON, command, everything, item

STREAMS = ("a", "b", "c")
ROUNDS = 8


class AsBefore(PostgresStore):
    """The store as it was before there was another way in."""

    async def append(self, items: Sequence[Item], recorded_at: datetime) -> list[Outcome]:
        hashes = [chain(each.after, each.stream, each.facts, recorded_at) for each in items]
        heads = [
            StreamHead(each.after.version + len(links), links[-1])
            for each, links in zip(items, hashes, strict=True)
        ]
        return await self._append_item_by_item(items, recorded_at, heads, hashes)


class Writing:
    """Appends to all streams, in an order of its own, until all that it has to write is in the log."""

    def __init__(self, store: PostgresStore, number: int) -> None:
        self.store = store
        self.number = number
        self.outcomes: list[Outcome] = []

    async def run(self) -> None:
        for round_number in range(ROUNDS):
            # Everybody has the same command in each round: one carries it out.
            order = STREAMS[self.number % 3 :] + STREAMS[: self.number % 3]
            left: dict[str, tuple[NewCommand, ...]] = dict.fromkeys(order, ())
            left[STREAMS[round_number % 3]] = (command(round_number),)
            while left:
                heads = [await self._head(stream) for stream in left]
                items = [
                    item(stream, f"F{self.number}", after=head, commands=left[stream])
                    for stream, head in zip(left, heads, strict=True)
                ]
                outcomes = await self.store.append(items, NOON)
                self.outcomes += outcomes
                for each, outcome in zip(items, outcomes, strict=True):
                    if not isinstance(outcome, Conflict):
                        del left[each.stream]

    async def _head(self, stream: str) -> StreamHead:
        facts = await self.store.read_stream(stream)
        return StreamHead(facts[-1].version, facts[-1].hash) if facts else item(stream).after


async def test_what_both_write_at_once_is_one_log(pool: asyncpg.Pool, postgres_store: PostgresStore) -> None:
    writers = [Writing(AsBefore(pool) if number % 2 else postgres_store, number) for number in range(6)]
    async with asyncio.timeout(40):
        await asyncio.gather(*(writer.run() for writer in writers))
    found = await everything(postgres_store)
    verifier = Verifier()
    for each in found:
        verifier.check(each)
    assert verifier.first_bad is None
    said = [outcome for writer in writers for outcome in writer.outcomes]
    assert len(found) == sum(isinstance(outcome, Appended) for outcome in said)
    # Of each round's command all but one were told that it had been carried out.
    assert sum(isinstance(outcome, Duplicate) for outcome in said) == ROUNDS * (len(writers) - 1)
    assert any(isinstance(outcome, Conflict) for outcome in said), "nobody was in anybody's way"
