"""Where the words of a search stand in a text."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from runtime.folding import begun, fold

SNIPPET_CHARS = 160
CONTEXT_CHARS = 60
LINES_MAX = 4_096
"""So many folded names and places are remembered; each is a few hundred characters at most."""


def highlights(row: Any, words: Iterable[str]) -> dict[str, str]:
    """The fields of an event in which some word begins like one of `words`, as HTML with these words in <em>.

    `row` has the event's texts. Of a description it is the part around the first such word.
    """
    beginnings = tuple(words)
    texts = {
        "name": row["name"],
        "venue": row["venue_name"],
        "city": row["city"],
        "category": row["category"],
        "description": row["description"],
    }
    found = {field: marked(text, beginnings, field == "description") for field, text in texts.items()}
    return {field: text for field, text in found.items() if text is not None}


def marked(text: str, beginnings: tuple[str, ...], cut: bool = False) -> str | None:
    """`text` as HTML with the found words in <em>, None where there is none."""
    folded = fold(text) if cut else folded_line(text)
    if not any(word in folded for word in beginnings):
        # Most texts have none, and this is told at once.
        return None
    # A letter and its accent are one word only once they are one character, or the accent is known for a mark.
    text = unicodedata.normalize("NFC", text)
    found = standing_in(text, beginnings)
    if not found:
        return None
    first, last = window(text, found[0][0]) if cut else (0, len(text))
    parts, at = ["…"] if first > 0 else [], first
    for start, end in found:
        if start >= first and end <= last:
            parts += (escape(text[at:start]), "<em>", escape(text[start:end]), "</em>")
            at = end
    parts.append(escape(text[at:last]))
    return "".join(parts) + ("…" if last < len(text) else "")


@lru_cache(maxsize=LINES_MAX)
def folded_line(line: str) -> str:
    """The folded text of a name, a place or a category: the same come up in search after search."""
    return fold(line)


def standing_in(text: str, beginnings: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the found words are; words without a blank between them are one."""
    if text.isascii():
        # Folded it is as long, and each of its words is one word.
        return [word.span() for word in beginning_like(beginnings).finditer(text.lower())]
    found: list[tuple[int, int]] = []
    for start, end in begun(text, beginnings):
        joined = found and found[-1][1] == start
        found.append((found.pop()[0] if joined else start, end))
    return found


@lru_cache(maxsize=128)
def beginning_like(beginnings: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words that begin like one of these."""
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, beginnings))})[a-z0-9]*")


def window(text: str, found: int) -> tuple[int, int]:
    """The part of `text` to show around the word at `found`: it begins and ends between words."""
    first = max(0, found - CONTEXT_CHARS)
    if first > 0:
        first = text.find(" ", first, found) + 1 or found
    last = first + SNIPPET_CHARS
    if last >= len(text):
        return first, len(text)
    blank = text.rfind(" ", found, last)
    return first, blank if blank > found else last
