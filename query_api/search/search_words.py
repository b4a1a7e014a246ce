"""The words of a search in the language of the index, projections/search.sql."""

from collections.abc import Sequence

WORDS_MAX = 12
"""A longer search is about its first words."""

Meant = Sequence[Sequence[str]]
"""For each word that was typed those that may be meant. Folded: letters and digits only, so none is an operator."""


def tsquery(meant: Meant, weights: str = "", *, prefix: bool = True) -> str:
    """One of each of `meant` is there, or the beginning of a word is; all of them in the parts of these weights."""
    marks = f":{'*' if prefix else ''}{weights}" if prefix or weights else ""
    one_of = (" | ".join(f"'{word}'{marks}" for word in words) for words in meant[:WORDS_MAX])
    return " & ".join(f"({words})" for words in one_of)
