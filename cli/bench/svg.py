"""The figures of every scenario as one SVG: a bar for a median with a line for its spread, or a curve."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from cli.bench.overload.curve import curve_section
from cli.bench.svg_page import WIDTH, Section, page, text

LEFT, RIGHT = 150, 90
BAR, GAP, TITLE = 20, 8, 40


def svg(scenarios: Mapping[str, Mapping[str, Any]]) -> str:
    """The document for the figures that `--json` prints."""
    sections = []
    for name, figures in scenarios.items():
        if sides := figures.get("sides"):
            sections.append(Section(TITLE + len(sides) * (BAR + GAP), partial(_bars, name, sides)))
        if "curve" in figures:
            sections.append(curve_section(name, figures))
    return page(sections)


def _bars(name: str, sides: Mapping[str, Any], top: int) -> Iterator[str]:
    rates = {side: figures["requests_per_second"] for side, figures in sides.items()}
    scale = (WIDTH - LEFT - RIGHT) / max(rate["max"] for rate in rates.values())
    yield text(GAP, top + 25, f"{name}: requests per second", bold=True)
    for place, (side, rate) in enumerate(rates.items()):
        y = top + TITLE + place * (BAR + GAP)
        middle, end = y + BAR / 2, LEFT + rate["median"] * scale
        colour = "#2f6f4f" if side.startswith("ours") else "#9aa5b1"
        yield text(LEFT - 8, y + 15, side, anchor="end")
        yield f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" fill="{colour}"/>'
        yield (
            f'<line x1="{LEFT + rate["min"] * scale:.1f}" x2="{LEFT + rate["max"] * scale:.1f}" '
            f'y1="{middle}" y2="{middle}" stroke="#1b1f24"/>'
        )
        right = max(end, LEFT + rate["max"] * scale) + 6
        yield text(right, y + 15, f"{rate['median']:,.0f}")
