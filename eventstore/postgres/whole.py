"""Appends that are written as a whole or not at all: `eventstore.append_whole`, and what it is called with.

All facts travel as the fields of one text, which the driver takes as it is. Of an array it looks at each element twice.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from eventstore.appending import Item
from eventstore.postgres.array_literals import array_literal
from eventstore.postgres.turns import with_the_commit

CALL = "eventstore.append_whole($1, $2, $3, $4, $5, $6, $7)"

APPEND = f"SELECT {CALL}"

APPEND_LAST = with_the_commit(CALL, 7)

# JSON is written without line feeds, and hardly anything else has one. If something has, it is a character of nobody's.
SEPARATORS = ("\n", *map(chr, range(0xE000, 0xF900)))


def is_ordinary(items: Sequence[Item]) -> bool:
    """Whether they may be written as a whole: each has facts, and no command is there twice."""
    if not items or not all(item.facts for item in items):
        return False
    ids = [command.id for item in items for command in item.commands]
    return len(set(ids)) == len(ids)


def arguments(
    log_id: int, recorded_at: datetime, items: Sequence[Item], hashes: Sequence[Sequence[bytes]]
) -> list[Any]:
    """Of the call. `hashes` has for each item those of its facts."""
    announced: list[str] = []
    facts: list[str] = []
    commands: list[str] = []
    count = 0
    for stream, after, new, remembered in items:
        announced += (stream, str(after.version), after.hash.hex(), str(len(new)))
        for name, schema, data, metadata, tags, caused_by in new:
            facts += (name, str(schema), data.decode(), metadata.decode(), array_literal(tags), caused_by)
        for command_id, fingerprint, answer, facts_end in remembered:
            commands += (command_id, fingerprint.hex(), answer.decode(), str(count + facts_end))
        count += len(new)
    return [log_id, recorded_at, *_joined(announced, facts, commands), b"".join(chain.from_iterable(hashes))]


def _joined(*texts: list[str]) -> tuple[str, ...]:
    """A separator that none of the fields has in it, and the texts that are made with it."""
    for separator in SEPARATORS:
        joined = [separator.join(fields) for fields in texts]
        found = sum(text.count(separator) for text in joined)
        if found == sum(len(fields) - 1 for fields in texts if fields):
            return separator, *joined
    raise ValueError("the facts have every separator in them")
