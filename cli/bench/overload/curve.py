"""The curve of an overload: as a table, and as a drawing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cli.bench.svg_page import Section, text

HEADINGS = ("times", "goodput/s", "p50 ms", "p99 ms", "refused", "p50 ms", "p99 ms", "unsent")
WIDTH, HEIGHT, LEFT, RIGHT, TITLE, FOOT = 760, 240, 70, 70, 40, 40


def curve_rows(points: Mapping[str, Mapping[str, float]]) -> list[Sequence[str]]:
    """A heading, and one line for each rate: what was sold, then what was refused, each with its latencies."""
    return [HEADINGS, *(_row(name, seen) for name, seen in points.items())]


def _row(name: str, seen: Mapping[str, float]) -> Sequence[str]:
    return (
        name,
        f"{seen['goodput']:,.0f}",
        f"{seen['accepted_p50']:,.0f}",
        f"{seen['accepted_p99']:,.0f}",
        f"{seen['refused_share']:.0%}",
        f"{seen['refused_p50']:,.0f}",
        f"{seen['refused_p99']:,.0f}",
        f"{seen['unsent_share']:.0%}",
    )


def curve_section(name: str, found: Mapping[str, Any]) -> Section:
    """Goodput as a line, and the 99th percentile of what was accepted as another with an axis of its own."""
    return Section(TITLE + HEIGHT + FOOT, lambda top: _drawn(name, found["curve"], top))


def _drawn(name: str, curve: Mapping[str, Mapping[str, float]], top: int) -> Iterator[str]:
    multiples = [float(each) for each in curve]
    yield text(
        8, top + 25, f"{name}: bookings a second, and p99 in ms, by times the sustainable rate", bold=True
    )
    for field, colour, label_x, anchor in (
        ("goodput", "#2f6f4f", LEFT - 8, "end"),
        ("accepted_p99", "#b5482a", WIDTH - RIGHT + 8, "start"),
    ):
        values = [curve[each][field] for each in curve]
        most = max(*values, 1.0)
        points = " ".join(
            f"{_x(multiple, multiples):.1f},{top + TITLE + HEIGHT * (1 - value / most):.1f}"
            for multiple, value in zip(multiples, values, strict=True)
        )
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield text(label_x, top + TITLE + 5, f"{most:,.0f}", anchor=anchor, colour=colour)
        yield text(label_x, top + TITLE + HEIGHT, "0", anchor=anchor, colour=colour)
    base = top + TITLE + HEIGHT
    yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}" stroke="#1b1f24"/>'
    for multiple in multiples:
        yield text(_x(multiple, multiples), base + 18, f"{multiple:g}", anchor="middle")


def _x(multiple: float, multiples: Sequence[float]) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * multiple / multiples[-1]
