"""Text as a search sees it: without accents and capitals, cut into words.

What is looked for and what is looked at must go through the same function, or a word is never found again.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

BMP = 0x10000
WORD_CHARS_MAX = 64

# Letters that Unicode does not take apart although readers do.
SPECIAL = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ı": "i", "ĸ": "k",
     "ŋ": "n", "ſ": "s", "ƶ": "z", "ƀ": "b", "ɨ": "i", "ʻ": "", "ʼ": "", "’": "'"}
)  # fmt: skip


HAS_SPECIAL = re.compile(f"[{''.join(map(chr, SPECIAL))}]").search
# Nothing before U+0300 is a mark.
PERHAPS_MARK = re.compile(r"[^\u0000-\u02ff]")


def fold(text: str) -> str:
    """`text` without accents, capitals and ligatures: "Bohème" and "BOHEME" are both "boheme"."""
    if text.isascii():
        return text.lower()
    # Casing may bring marks along, and taking apart may bring capitals along: each is done before and after the other.
    apart = unicodedata.normalize("NFKD", text).casefold()
    if HAS_SPECIAL(apart):
        apart = apart.translate(SPECIAL)
    return PERHAPS_MARK.sub(_no_mark, unicodedata.normalize("NFKD", apart))


def _no_mark(letter: re.Match[str]) -> str:
    return "" if unicodedata.combining(letter[0]) else letter[0]


def _marks() -> str:
    """The signs that belong to the letter before them, as ranges of a character class."""
    marks = [point for point in range(BMP) if unicodedata.category(chr(point))[0] == "M"]
    runs = (list(run) for _, run in groupby(enumerate(marks), key=lambda each: each[1] - each[0]))
    return "".join(rf"\u{run[0][1]:04x}-\u{run[-1][1]:04x}" for run in runs)


# Chinese and Japanese have no blanks: there each character is a word, so that any part of a name is found.
UNSPACED = r"\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{UNSPACED}]|(?:[^\W_{UNSPACED}][{_marks()}]*)+")


def words(text: str) -> list[str]:
    """The folded words of `text`, in its order."""
    return [word[:WORD_CHARS_MAX] for word in WORD.findall(fold(text))]


def begun(text: str, beginnings: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where each word of `text` stands that begins like one of the folded `beginnings`."""
    for found in WORD.finditer(text):
        word = found.group()
        # Most words of any text are plain, and are folded at once.
        folded = [word.lower()] if word.isascii() else words(word)
        for each in folded:
            if each.startswith(beginnings):
                yield found.span()
                break
