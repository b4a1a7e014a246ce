"""The figures of a scenario as a table."""

from collections.abc import Iterable, Mapping
from typing import Any

HEADINGS = ("side", "req/s", "[min..max]", "p50 ms", "p99 ms", "server", "postgres", "client", "others")


def table(sides: Mapping[str, Mapping[str, Any]]) -> str:
    """One line a side; then CPU microseconds per request, and the cores that other programs kept busy."""
    rows = [HEADINGS, *(_row(name, figures) for name, figures in sides.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], "  ".join("─" * width for width in widths), *lines[1:]])


def _row(name: str, figures: Mapping[str, Any]) -> tuple[str, ...]:
    rates, cpu = figures["requests_per_second"], figures["cpu_us_per_request"]
    return (
        name,
        f"{rates['median']:,.0f}",
        f"[{rates['min']:,.0f}..{rates['max']:,.0f}]",
        f"{figures['p50_ms']['median']:.1f}",
        f"{figures['p99_ms']['median']:.1f}",
        *("-" if cpu[part] is None else f"{cpu[part]:.0f}" for part in ("server", "postgres", "client")),
        f"{figures['others_cores']['median']:.1f}",
    )


def _line(row: Iterable[str], widths: Iterable[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "  ".join(cells).rstrip()


def ratios(figures: Mapping[str, Any]) -> str:
    """Every ratio of a scenario, a line each."""
    found = {name: value for name, value in figures.items() if isinstance(value, int | float)}
    width = max((len(name) for name in found), default=0)
    return "\n".join(f"{name.ljust(width)}  {value:,.3g}" for name, value in found.items())
