"""The figures of a scenario as a table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cli.bench.overload.curve import curve_rows

WORK_HEADINGS = ("work", "facts/s", "[min..max]", "python", "postgres", "MiB")
TIME_HEADINGS = ("time", "req/s", "p50 ms", "p99 ms", "max ms")
HEADINGS = ("side", "req/s", "[min..max]", "p50 ms", "p99 ms", "server", "postgres", "client", "others")


def table(sides: Mapping[str, Mapping[str, Any]]) -> str:
    """One line a side; then CPU microseconds per request, and the cores that other programs kept busy."""
    return _aligned([HEADINGS, *(_row(name, figures) for name, figures in sides.items())])


def work_table(works: Mapping[str, Mapping[str, Any]]) -> str:
    """One line a side; then CPU microseconds per fact, and the most memory that our process had."""
    return _aligned([WORK_HEADINGS, *(_work_row(name, figures) for name, figures in works.items())])


def time_table(times: Mapping[str, Mapping[str, Any]]) -> str:
    """One line for each time that was taken."""
    rows = [
        (
            name,
            _whole(figures.get("requests_per_second")),
            *(_milliseconds(figures.get(f"p{percent}_ms")) for percent in (50, 99, 100)),
        )
        for name, figures in times.items()
    ]
    return _aligned([TIME_HEADINGS, *rows])


def curve_table(points: Mapping[str, Mapping[str, float]]) -> str:
    """One line for each rate of an open loop."""
    return _aligned(curve_rows(points))


def _whole(spread: Mapping[str, float] | None) -> str:
    return "-" if spread is None else f"{spread['median']:,.0f}"


def _milliseconds(spread: Mapping[str, float] | None) -> str:
    return "-" if spread is None else f"{spread['median']:.2f}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
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


def _work_row(name: str, figures: Mapping[str, Any]) -> tuple[str, ...]:
    rates, cpu = figures["facts_per_second"], figures["cpu_us_per_fact"]
    return (
        name,
        f"{rates['median']:,.0f}",
        f"[{rates['min']:,.0f}..{rates['max']:,.0f}]",
        *("-" if cpu[part] is None else f"{cpu[part]:.1f}" for part in ("python", "postgres")),
        "-" if figures["resident_mib_max"] is None else f"{figures['resident_mib_max']:.0f}",
    )


def _line(row: Iterable[str], widths: Iterable[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "  ".join(cells).rstrip()


def ratios(figures: Mapping[str, Any]) -> str:
    """Every ratio of a scenario, a line each, with its goal where it has one."""
    found = {name: value for name, value in figures.items() if isinstance(value, int | float)}
    width = max((len(name) for name in found), default=0)
    goals = figures.get("goals", {})
    return "\n".join(
        f"{name.ljust(width)}  {_number(value):<8}{_goal(goals.get(name))}".rstrip()
        for name, value in found.items()
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


def _goal(goal: Mapping[str, Any] | None) -> str:
    if goal is None:
        return ""
    return f"  goal {goal['goal']}: {'reached' if goal['reached'] else 'NOT REACHED'}"
