"""What a replay has found, for people and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from projections.replaying.comparing import Comparison, Difference
from projections.replaying.replay import Replayed

VALUE_CHARS_MAX = 60


def lines(found: Sequence[Replayed]) -> Iterator[str]:
    """A line for each read model, and below it each table that differs or was not compared."""
    width = max(len(each.name) for each in found)
    for each in found:
        yield f"{each.name.ljust(width)}  {_summary(each)}"
        for table in each.tables:
            if table.differing:
                yield from _differing(table)
        yield from _not_compared(each)
        for whose, streams in (("live", each.parked_live), ("replayed", each.parked_replayed)):
            if streams:
                yield f"  parked, so missing in what is {whose}: {', '.join(sorted(streams))}"


def _summary(found: Replayed) -> str:
    if not found.tables:
        return "not compared"
    rows = sum(each.replayed for each in found.tables)
    said = f"{rows:,} rows at position {found.position:,}"
    if found.live is not None and found.live != found.position:
        said += f" (live tables stand at {found.live:,})"
    return f"{said}: {f'{found.differing:,} DIFFER' if found.differing else 'equal'}"


def _differing(table: Comparison) -> Iterator[str]:
    yield (
        f"  {table.table}: {table.altered:,} altered, {table.only_live:,} only live, "
        f"{table.only_replayed:,} only in the log; {table.live:,} rows live, {table.replayed:,} by the log"
    )
    for each in table.differences:
        yield f"    {' '.join(f'{name}={value}' for name, value in each.key.items())}: {_said(each)}"
    if table.differing > len(table.differences):
        yield f"    and {table.differing - len(table.differences):,} more"


def _said(difference: Difference) -> str:
    if difference.kind == "only live":
        return "is live and not in the log"
    if difference.kind == "only replayed":
        return "is in the log and not live"
    return "; ".join(
        name if values is None else f"{name} is {_short(values[0])}, by the log {_short(values[1])}"
        for name, values in difference.columns.items()
    )


def _short(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= VALUE_CHARS_MAX else f"{text[: VALUE_CHARS_MAX - 1]}…"


def _not_compared(found: Replayed) -> Iterator[str]:
    tables: dict[str, list[str]] = {}
    for table, why in found.not_compared.items():
        tables.setdefault(why, []).append(table)
    for why, names in tables.items():
        yield f"  not compared: {', '.join(names)}: {why}"


def body(found: Sequence[Replayed]) -> dict[str, Any]:
    """The same, as JSON has it."""
    return {
        "equal": not any(each.differing for each in found),
        "read_models": [
            {
                "name": each.name,
                "position": each.position,
                "live_position": each.live,
                "differing": each.differing,
                "tables": [{**asdict(table), "differing": table.differing} for table in each.tables],
                "not_compared": each.not_compared,
                "parked_live": sorted(each.parked_live),
                "parked_replayed": sorted(each.parked_replayed),
            }
            for each in found
        ],
    }
