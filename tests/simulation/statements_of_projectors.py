"""What the statements of projectors do, told over simulated rows."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import orjson

from eventstore.memory import MemoryStore
from eventstore.postgres import store as log_statements
from projections import schema
from projections.following import leases, passing, presence
from projections.parked import parking, retrying
from projections.projector import Projector
from projections.table import Table
from tests.simulation.rows import Transaction
from tests.simulation.statements_of_policies import CHECKPOINTS, Statement

VERSIONS, PARKED = "projectors", "parked"
TABLES_AT_ONCE_MAX = 8
DROP = re.compile(r"DROP TABLE IF EXISTS (.+)")


def take(t: Transaction, name: str) -> list[Any]:
    if not t.lock(CHECKPOINTS, name):
        return []
    if t.get(CHECKPOINTS, name) is None:
        t.put(CHECKPOINTS, name, 0)
    parked = [key.split(" ")[1] for key, _ in t.all(PARKED) if key.split(" ")[0] == name]
    # No log is restored here, so each checkpoint stands.
    return [(t.get(CHECKPOINTS, name), t.get(VERSIONS, name), parked, True)]


def advance(
    t: Transaction, name: str, position: int, _recorded_at: Any, _changed: bool, _channel: str, _fact: Any
) -> list[Any]:
    t.put(CHECKPOINTS, name, position)
    return [(None,)]


def pass_over(
    t: Transaction, names: list[str], versions: list[int], stands: list[int], to: list[int], *_: Any
) -> list[Any]:
    moved = []
    for name, version, at, position in zip(names, versions, stands, to, strict=True):
        if t.lock(CHECKPOINTS, name) and t.get(CHECKPOINTS, name) == at and t.get(VERSIONS, name) == version:
            t.put(CHECKPOINTS, name, position)
            moved.append(name)
    return [(moved,)]


def record(t: Transaction, name: str, version: int, _tables: list[str], _at: Any) -> list[Any]:
    t.put(VERSIONS, name, version)
    return []


def park(
    t: Transaction, name: str, streams: list[str], positions: list[int], _errors: list[str], _now: Any
) -> list[Any]:
    for stream, position in zip(streams, positions, strict=True):
        t.put(PARKED, f"{name} {stream}", position)
    return []


def unpark(t: Transaction, name: str, stream: str) -> list[Any]:
    position = t.get(PARKED, f"{name} {stream}")
    t.remove(PARKED, f"{name} {stream}")
    return [] if position is None else [(position,)]


def not_skipped(_t: Transaction, _name: str, _position: int) -> list[Any]:
    """Nobody here skips a fact."""
    return [(False,)]


def nothing(_t: Transaction, *_: Any) -> list[Any]:
    return []


def drop(tables: list[str], t: Transaction) -> list[Any]:
    for table in tables:
        for key, _ in list(t.all(table)):
            t.remove(table, key)
    return []


def store(table: Table[Any], t: Transaction, rows: str) -> list[Any]:
    for row in orjson.loads(rows):
        t.put(table.name, str(row[table.key]), row)
    return []


def remove(table: Table[Any], t: Transaction, keys: list[str]) -> list[Any]:
    for key in keys:
        t.remove(table.name, key)
    return []


def keep(
    table: Table[Any],
    t: Transaction,
    keys: list[str],
    positions: list[int],
    *columns: list[Any],
) -> list[Any]:
    name = str(table.versions)
    for key, position, *kept in zip(keys, positions, *columns, strict=True):
        if t.get(name, f"{key}@{position}") is None:
            t.put(name, f"{key}@{position}", kept)
    return []


def load(tables: list[Table[Any]], t: Transaction, *keys: Sequence[str]) -> list[Any]:
    return [
        (number, orjson.dumps(row).decode())
        for number, (table, wanted) in enumerate(zip(tables, keys, strict=True), start=1)
        for key in sorted(wanted)
        if (row := t.get(table.name, key)) is not None
    ]


class ProjectorsStatements:
    """Called with a text, it gives what that does; None for one it does not know."""

    def __init__(self, projectors: Sequence[Projector], log: MemoryStore) -> None:
        tables = [table for projector in projectors for table in projector.tables]
        self._loads = {
            table.load(number): table for table in tables for number in range(1, TABLES_AT_ONCE_MAX)
        }

        def read_stream(_t: Transaction, _log: int, stream: str, after: int, limit: int) -> list[Any]:
            return log._streams.get(stream, [])[after : after + limit]

        self._known: dict[str, Callable[..., list[Any]]] = {
            leases.TAKE: take,
            leases.ADVANCE: advance,
            passing.PAST: pass_over,
            schema.WORK_IN: nothing,
            schema.RECORD: record,
            presence.LOCK: nothing,
            presence.UNLOCK: nothing,
            parking.PARK: park,
            parking.SKIPPED: not_skipped,
            retrying.UNPARK: unpark,
            log_statements.READ_STREAM: read_stream,
        }
        for projector in projectors:
            self._known[projector.ddl] = nothing
        for table in tables:
            self._known[table.store] = partial(store, table)
            self._known[table.remove] = partial(remove, table)
            self._known[table.keep] = partial(keep, table)

    def __call__(self, query: str) -> Statement | None:
        known = self._known.get(query)
        if known is not None:
            return known
        if dropped := DROP.fullmatch(query):
            return partial(drop, re.findall(r'"(\w+)"', dropped[1]))
        parts = query.split(" UNION ALL ")
        if all(part in self._loads for part in parts):
            return partial(load, [self._loads[part] for part in parts])
        return None
