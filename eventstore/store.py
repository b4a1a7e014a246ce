"""What every store can do. `tests/eventstore/contract` runs one suite over all of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from eventstore.appending import Item, KnownCommand, NewCommand, Outcome
from eventstore.facts import RecordedFact


class StoreUnavailable(Exception):
    """The log could not be reached or did not answer. For an append this means that the outcome is unknown."""


class AnotherHistory(Exception):
    """A stream of an append does not stand at the fact on which its writer built, though its version is the same.
    Nothing was written. The log was restored to an earlier state and has grown again, or it was altered.
    """


class LogReader(Protocol):
    """The reading side. A reader that has seen position N has seen every position before it."""

    async def read_log(self, after: int, limit: int) -> list[RecordedFact]:
        """Up to `limit` facts after position `after`, in order."""
        ...

    async def read_stream(self, stream: str, after: int = 0, limit: int = 5_000) -> list[RecordedFact]:
        """Up to `limit` facts of one stream after version `after`, in order."""
        ...

    async def read_tag(self, tag: str) -> list[RecordedFact]:
        """Every fact that carries `tag`, in order of position."""
        ...

    async def last_position(self) -> int:
        """The position of the log's newest fact, 0 for an empty log."""
        ...


class EventStore(LogReader, Protocol):
    """Reading and writing."""

    async def append(self, items: Sequence[Item], recorded_at: datetime) -> list[Outcome]:
        """One outcome per item, in order. Everything that is `Appended` is durable on return and becomes visible at
        one moment. Raises `StoreUnavailable` when the outcome is unknown, and `AnotherHistory`. At most one item per
        stream.
        """
        ...

    async def find_commands(self, command_ids: Sequence[str]) -> dict[str, KnownCommand]:
        """Those of the commands that were carried out and remembered, as durably as what is `Appended`."""
        ...

    async def remember(
        self, answered: Sequence[NewCommand], recorded_at: datetime, /
    ) -> dict[str, KnownCommand]:
        """Keep the answers of commands that leave no facts, and give those whose commands were known already.

        Durable on return. An append that brings one of them is a `Duplicate` from then on, also one that was sent long
        ago and comes now. Raises `StoreUnavailable` when it is unknown whether they are kept.
        """
        ...

    async def stream_of_tag(self, tag: str) -> str | None:
        """The stream in which `tag` was first used; None when it never was."""
        ...

    def turn(self, stream: str) -> AbstractAsyncContextManager["EventStore"]:
        """Wait for one's turn at writing `stream`, first come, first served, and have a store to do it with.

        It is over with the first append that writes anything, or on leaving. It is a courtesy among those who take
        turns: nobody is kept from appending without. Raises `StoreUnavailable`, and also on leaving, when what was
        appended is appended all the same.
        """
        ...


class Lease(Protocol):
    """The sole right to move one checkpoint, for as long as the context lasts."""

    @property
    def position(self) -> int:
        """How far the subscription has got."""
        ...

    async def advance(self, position: int) -> None:
        """Move the checkpoint; it counts when the context is left without an exception."""
        ...


class Subscriptions(Protocol):
    """Named readers of the log: any number of workers may compete for a name, one at a time holds its lease."""

    def lease(self, name: str) -> AbstractAsyncContextManager[Lease | None]:
        """Take the lease, or None at once while somebody else holds it. A dead holder's lease is free."""
        ...


async def whole_stream(reader: LogReader, stream: str, after: int = 0) -> AsyncIterator[list[RecordedFact]]:
    """A stream of any length in pages."""
    while page := await reader.read_stream(stream, after):
        yield page
        after = page[-1].version


async def whole_log(
    reader: LogReader, after: int = 0, page: int = 5_000
) -> AsyncIterator[list[RecordedFact]]:
    """The log after a position, in pages, until there is no more."""
    while facts := await reader.read_log(after, page):
        yield facts
        after = facts[-1].position
