"""An entry of a history: as JSON, as a row of a table, and as a line that can be verified."""

from typing import Any

import orjson

from audit_api.answers.fact import by_and_why, fact_body, happened_at, moment
from audit_api.histories.entry import Entry, booking_of
from runtime.http.csv_cells import Cell

COLUMNS = (
    "position", "stream", "version", "fact", "schema_version", "recorded_at", "happened_at", "by", "role", "command",
    "idempotency_key", "request_id", "command_id", "booking_id", "changes", "data", "hash",
)  # fmt: skip


def entry_body(entry: Entry) -> dict[str, Any]:
    """The shape of `audit_api.shapes.entry.Entry`."""
    return fact_body(entry.fact) | {
        "happened_at": happened_at(entry.fact),
        "booking_id": booking_of(entry.fact),
        "changes": entry.changes or {},
    }


def entry_row(entry: Entry) -> list[Cell]:
    """Its cells under `COLUMNS`. What is an object is JSON."""
    fact = entry.fact
    by, why = by_and_why(fact)
    author = by if isinstance(by, dict) else {}
    changes = None if entry.changes is None else orjson.dumps(entry.changes, option=orjson.OPT_UTC_Z).decode()
    return [
        fact.position,
        fact.stream,
        fact.version,
        fact.name,
        fact.schema_version,
        moment(fact.recorded_at),
        happened_at(fact),
        _text(author.get("id")),
        _text(author.get("role")),
        *(_text(why.get(name)) for name in ("command", "idempotency_key", "request_id")),
        fact.command_id,
        booking_of(fact),
        changes,
        fact.data,
        fact.hash.hex(),
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
