"""What a writer has decided and is waiting to see committed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from command_api.writing.answer import Answer
from command_api.writing.pending import Pending
from domain.codec import CODEC
from domain.tags import tags
from eventstore.appending import NewCommand
from eventstore.facts import NewFact
from eventstore.hashing import canonical

# What time brings about has no author and no command: the log says so rather than naming whoever happened to ask next.
TIME_COMMAND_ID = "00000000-0000-0000-0000-000000000000"
TIME_METADATA = canonical({"by": {"id": "time", "role": "system"}, "command": "ExpireHolds"})


class Decided(NamedTuple):
    """A command with its answer, or with its no. `facts_end` counts the batch's facts up to its last one.

    `version` is the stream's at the facts the decision looked at, whose batch the log takes as a whole or not at all.
    """

    pending: Pending
    answer: Answer | Exception
    facts_end: int
    version: int


class Batch:
    """Commands decided in order against one state, with all their facts."""

    __slots__ = ("commands", "decided", "facts")

    def __init__(self) -> None:
        self.facts: list[NewFact] = []
        self.commands: list[NewCommand] = []
        self.decided: list[Decided] = []

    @property
    def is_empty(self) -> bool:
        """Nothing to write, so nothing that a later decision could rest on."""
        return not self.facts and not self.commands

    def record(self, facts: Sequence[Any], command_id: str, metadata: bytes) -> None:
        """Add the facts that one command, or time, has caused."""
        for fact in facts:
            name, version, data = CODEC.encode(fact)
            self.facts.append(NewFact(name, version, data, metadata, tags(fact), command_id))
