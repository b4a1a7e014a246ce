"""A drawing made of sections one below the other. No library is needed."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH = 760
FOOT = 8

HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
     font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#ffffff"/>"""


class Section(NamedTuple):
    """`lines` gives its elements once it is known how far down it begins."""

    height: int
    lines: Callable[[int], Iterator[str]]


def page(sections: Iterable[Section]) -> str:
    """The whole document."""
    lines: list[str] = []
    top = 0
    for section in sections:
        lines += section.lines(top)
        top += section.height
    return "\n".join([HEAD.format(width=WIDTH, height=top + FOOT), *lines, "</svg>\n"])


def text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = "#000000", bold: bool = False
) -> str:
    """One line of text."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(words)}</text>'
    )
