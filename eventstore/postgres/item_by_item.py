"""Appends of which each item fares on its own: `eventstore.append`, what it is called with, and what it says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eventstore.appending import Appended, Conflict, Duplicate, Item, Outcome, StreamHead
from eventstore.postgres.array_literals import array_literal
from eventstore.postgres.turns import with_the_commit

CALL = f"eventstore.append({', '.join(f'${n}' for n in range(1, 22))})"

APPEND = f"SELECT outcome, version, base, duplicates FROM {CALL}"  # noqa: S608 - numbers only

APPEND_LAST = with_the_commit(CALL, 21)


def arguments(
    log_id: int,
    recorded_at: datetime,
    items: Sequence[Item],
    heads: Sequence[StreamHead],
    hashes: Sequence[Sequence[bytes]],
) -> list[Any]:
    """Of the call: one array for each column. For each item its stream's head after it, and its facts' hashes."""
    facts = [
        (number, item.after.version + place, fact, digest)
        for number, (item, links) in enumerate(zip(items, hashes, strict=True), start=1)
        for place, (fact, digest) in enumerate(zip(item.facts, links, strict=True), start=1)
    ]
    commands = [(number, command) for number, item in enumerate(items, start=1) for command in item.commands]
    return [
        log_id,
        recorded_at,
        [item.stream for item in items],
        [item.after.version for item in items],
        [item.after.hash for item in items],
        [head.hash for head in heads],
        [len(item.facts) for item in items],
        [number for number, _, _, _ in facts],
        [version for _, version, _, _ in facts],
        [fact.name for _, _, fact, _ in facts],
        [fact.schema_version for _, _, fact, _ in facts],
        [fact.data.decode() for _, _, fact, _ in facts],
        [fact.metadata.decode() for _, _, fact, _ in facts],
        [array_literal(fact.tags) for _, _, fact, _ in facts],
        [fact.command_id for _, _, fact, _ in facts],
        [digest for _, _, _, digest in facts],
        [number for number, _ in commands],
        [command.id for _, command in commands],
        [command.fingerprint for _, command in commands],
        [command.answer.decode() for _, command in commands],
        [command.facts_end for _, command in commands],
    ]


def outcome(row: Any, head: StreamHead) -> Outcome:
    """What a row says of its item, whose stream would then stand at `head`."""
    said, version, base, duplicates = row
    match said:
        case "appended":
            return Appended(head, base)
        case "conflict":
            return Conflict(version)
        case _:
            return Duplicate(tuple(str(each) for each in duplicates))
