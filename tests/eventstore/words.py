"""The words in which examples about the log are told."""

from datetime import UTC, datetime

from eventstore.appending import Appended, Item, NewCommand, Outcome, StreamHead
from eventstore.facts import NewFact, RecordedFact
from eventstore.hashing import EMPTY, canonical
from eventstore.store import EventStore

NOON = datetime(2026, 6, 1, 12, 0, 0, 123_456, UTC)
NOBODY = "00000000-0000-7000-8000-000000000000"


def command_id(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012}"


def fact(
    name: str = "Happened", *tags: str, data: object = None, metadata: object = None, by: str = NOBODY
) -> NewFact:
    return NewFact(name, 1, canonical(data or {}), canonical(metadata or {}), tags, by)


def facts(*names: str) -> list[NewFact]:
    return [fact(name) for name in names]


def item(
    stream: str,
    *names: str | NewFact,
    after: StreamHead | Outcome = EMPTY,
    commands: tuple[NewCommand, ...] = (),
) -> Item:
    """Facts, or the names of ordinary ones; `after` may be what an earlier append came to."""
    head = after if isinstance(after, StreamHead) else appended(after).head
    return Item(stream, head, [fact(each) if isinstance(each, str) else each for each in names], commands)


def command(number: int, facts_end: int = 1, answer: bytes = b"{}") -> NewCommand:
    return NewCommand(command_id(number), f"print-{number}".encode(), answer, facts_end)


def appended(outcome: Outcome) -> Appended:
    assert isinstance(outcome, Appended), outcome
    return outcome


async def append(store: EventStore, *items: Item) -> list[Outcome]:
    return await store.append(items, NOON)


async def append_one(store: EventStore, one: Item) -> Outcome:
    [outcome] = await store.append([one], NOON)
    return outcome


async def everything(store: EventStore) -> list[RecordedFact]:
    return await store.read_log(0, 1_000_000)


def names(recorded: list[RecordedFact]) -> list[str]:
    return [each.name for each in recorded]
