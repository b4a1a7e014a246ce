"""Codes as people write them."""

from runtime.folding import words

CODE_CHARS_MAX = 64


def signs(text: str) -> str:
    """The letters and digits alone, folded: a code is the same with its dash and without."""
    return "".join(words(text))[:CODE_CHARS_MAX]
