"""The rates of every scenario as one SVG: a bar for the median, a line for the spread. No library is needed."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT = 760, 150, 90
BAR, GAP, TITLE = 20, 8, 40

HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
     font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#ffffff"/>"""


def svg(scenarios: Mapping[str, Mapping[str, Any]]) -> str:
    """The document for the figures that `--json` prints."""
    plotted = {name: figures["sides"] for name, figures in scenarios.items() if figures.get("sides")}
    height = sum(TITLE + len(sides) * (BAR + GAP) for sides in plotted.values()) + GAP
    lines = [HEAD.format(width=WIDTH, height=height)]
    top = 0
    for name, sides in plotted.items():
        lines += _scenario(name, sides, top)
        top += TITLE + len(sides) * (BAR + GAP)
    return "\n".join([*lines, "</svg>\n"])


def _scenario(name: str, sides: Mapping[str, Any], top: int) -> Iterator[str]:
    rates = {side: figures["requests_per_second"] for side, figures in sides.items()}
    scale = (WIDTH - LEFT - RIGHT) / max(rate["max"] for rate in rates.values())
    yield f'<text x="{GAP}" y="{top + 25}" font-weight="600">{escape(name)}: requests per second</text>'
    for place, (side, rate) in enumerate(rates.items()):
        y = top + TITLE + place * (BAR + GAP)
        middle, end = y + BAR / 2, LEFT + rate["median"] * scale
        colour = "#2f6f4f" if side.startswith("ours") else "#9aa5b1"
        yield f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(side)}</text>'
        yield f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" fill="{colour}"/>'
        yield (
            f'<line x1="{LEFT + rate["min"] * scale:.1f}" x2="{LEFT + rate["max"] * scale:.1f}" '
            f'y1="{middle}" y2="{middle}" stroke="#1b1f24"/>'
        )
        right = max(end, LEFT + rate["max"] * scale) + 6
        yield f'<text x="{right:.1f}" y="{y + 15}">{rate["median"]:,.0f}</text>'
