"""What is asked of an append, and what comes of it."""

from collections.abc import Sequence
from typing import NamedTuple

from eventstore.facts import NewFact


class NewCommand(NamedTuple):
    """A command to remember for ever with the facts it caused, so that a retry gets the first answer again.

    `fingerprint` tells whether a retry asks the same; `answer` is JSON, opaque here; `facts_end` counts the facts of
    the item up to and including the last one of this command.
    """

    id: str
    fingerprint: bytes
    answer: bytes
    facts_end: int


class KnownCommand(NamedTuple):
    """A command that was carried out. `position` is that of its last fact."""

    id: str
    fingerprint: bytes
    answer: str
    position: int


class StreamHead(NamedTuple):
    """How far a stream has got: its last version, 0 for none, and that fact's hash."""

    version: int
    hash: bytes


class Item(NamedTuple):
    """Facts for one stream, all or none, on condition that the stream still stands at `after` and that every command
    is new. No facts but commands: remember only the commands. An append takes many items and each fares on its own.
    """

    stream: str
    after: StreamHead
    facts: Sequence[NewFact]
    commands: Sequence[NewCommand] = ()


class Appended(NamedTuple):
    """Written. `base` is the log position before the item's first fact: fact number i (from 1) stands at base + i."""

    head: StreamHead
    base: int


class Conflict(NamedTuple):
    """Nothing written: the stream stands at another version than the item expected."""

    version: int


class Duplicate(NamedTuple):
    """Nothing written: these commands were carried out before."""

    command_ids: tuple[str, ...]


Outcome = Appended | Conflict | Duplicate
