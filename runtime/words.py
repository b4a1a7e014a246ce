"""Text as it is searched: cut into words, or squeezed to its signs."""

import re

from runtime.folding import folded

WORD = re.compile(r"[^\W_]+")
WORD_MAX_CHARS = 100
"""Longer ones are cut: nobody types more of a word than this, and an index takes no word of any length."""


def words(text: str) -> list[str]:
    """The words of `text`, folded, in their order. Whatever is no letter and no digit parts them."""
    return [word[:WORD_MAX_CHARS] for word in WORD.findall(folded(text))]


def signs(text: str) -> str:
    """The letters and digits alone, folded: a code is the same with its dash and without."""
    return "".join(WORD.findall(folded(text)))[:WORD_MAX_CHARS]
