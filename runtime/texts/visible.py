"""Text as it is seen: what is invisible, or turns the order of the rest, cannot hide in it.

Two names that look the same should be the same: so text is in NFC, and has none of the signs that no script needs to be
read. Names of every script pass, with the joiners and variation selectors that some of them are written with.
"""

import re
import unicodedata

CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")

# Embeddings, overrides and isolates: they write the text after them in another order than it is read in.
TURNS_THE_ORDER = re.compile("[\u202a-\u202e\u2066-\u2069]")

# Marks of direction, fillers, blanks of no width, tags, signs of other protocols.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)
# ZERO WIDTH NON-JOINER and JOINER: Persian, the scripts of India and emoji are written with them.
JOINERS = re.compile("[\u200c\u200d]")
NEED_NO_JOINERS = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "HEBREW", "DIGIT", "CJK"})
LETTERS_MARKS_SIGNS = "LMS"


def visible_line(text: str) -> str:
    """`text` in NFC. Raises ValueError for control characters and for whatever is not seen."""
    # Every name and id that is sent is checked, and most are of these letters.
    if text.isascii() and text.isprintable():
        return text
    if CONTROL_CHARACTER.search(text):
        raise ValueError("control characters are not allowed")
    if INVISIBLE.search(text):
        raise ValueError("invisible characters are not allowed")
    for joiner in JOINERS.finditer(text):
        if not _joins(text, joiner.start()):
            raise ValueError("invisible characters are not allowed where no script needs them")
    return unicodedata.normalize("NFC", text)


def visible_prose(text: str) -> str:
    """The same of text that may have several lines, and marks of direction."""
    if CONTROL_CHARACTER.search(text.replace("\n", " ").replace("\t", " ").replace("\r", " ")):
        raise ValueError("control characters are not allowed")
    if text.isascii():
        return text
    if TURNS_THE_ORDER.search(text):
        raise ValueError("characters that turn the order of others are not allowed")
    return unicodedata.normalize("NFC", text)


def script_of(sign: str) -> str:
    """The first word of the sign's name, which is its script: there is no closer word in the standard library."""
    return unicodedata.name(sign, "").partition(" ")[0]


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands between signs of a script that has joiners, or after a mark that ends a word."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if not _may_join(before):
        return False
    if _may_join(after):
        return True
    return unicodedata.category(before) == "Mn" and (not after or after.isspace())


def _may_join(sign: str) -> bool:
    return (
        bool(sign)
        and not sign.isascii()
        and not JOINERS.match(sign)
        and unicodedata.category(sign)[0] in LETTERS_MARKS_SIGNS
        and script_of(sign) not in NEED_NO_JOINERS
    )
