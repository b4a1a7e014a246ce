"""Text as it is compared: without accents, without case."""

import unicodedata

# Letters that have their stroke, hook or ligature built in: Unicode takes nothing off them.
PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ŋ": "n",
        "ĸ": "k",
    }
)


def folded(text: str) -> str:
    """`text` as it is compared: compatible forms made one, no accents, no case. Folded twice, it stays the same."""
    return _marks_dropped(_marks_dropped(text).casefold()).translate(PLAIN)


def _marks_dropped(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
