"""What somebody typed, as questions to the terms of projections/booking_search.sql."""

from runtime.codes import signs
from runtime.folding import words
from runtime.texts.email_addresses import account_key

MISTYPED_MAX_CHARS = 24
"""Of a longer word the ways to mistype it are too many to look them all up."""

# What stands beside a letter on a keyboard is of its own script; digits are in everybody's names for things.
ALPHABETS = tuple(
    "".join(map(chr, range(ord(first), ord(last) + 1))) + "0123456789"
    for first, last in ("az", "αω", "ая", "את", "ءي")
)


def lexeme(kind: str, text: str) -> str:
    """Exactly this term, as a tsquery."""
    quoted = f"{kind}:{text}".replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'"


def beginning(kind: str, text: str) -> str:
    """Any term that begins so, as a tsquery."""
    return f"{lexeme(kind, text)}:*"


def all_words(kind: str, text: str) -> str | None:
    """A tsquery for text that has all of these words, or words that begin so; None when there is no word in it."""
    return all_beginning(kind, words(text))


def all_beginning(kind: str, parts: list[str]) -> str | None:
    return " & ".join(beginning(kind, part) for part in parts) if parts else None


def any_of(*queries: str | None) -> str:
    """A tsquery for what meets at least one of those that are there."""
    return " | ".join(f"({query})" for query in queries if query is not None)


def one_error(kind: str, word: str) -> str:
    """A tsquery for words that differ from this one by one letter too many, too few, another, or two swapped.

    Each is looked up as it is, some hundreds for a usual word: that is quicker, and truer, than to compare how much
    alike the word looks to all there are.
    """
    if len(word) > MISTYPED_MAX_CHARS:
        return nothing(kind)
    letters = next((each for each in ALPHABETS if word[0] in each), "")
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    ways = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    ways |= {head + tail[1:] for head, tail in cuts if tail}
    ways |= {head + letter + tail for head, tail in cuts for letter in letters}
    ways |= {head + letter + tail[1:] for head, tail in cuts if tail for letter in letters}
    return any_of(*(lexeme(kind, way) for way in sorted(ways - {word, ""}))) or nothing(kind)


def nothing(kind: str) -> str:
    """A tsquery that nothing meets: no term is empty."""
    return lexeme(kind, "")


def address(text: str) -> str:
    """An e-mail or its beginning, as a tsquery."""
    return beginning("e", account_key(text))


def code(text: str) -> str | None:
    """A booking's or a ticket's code, however it is written; None for what can be none."""
    found = signs(text)
    return lexeme("c", found) if found else None


def person_or_code(text: str) -> str:
    """One piece of what was typed into the one box, as a tsquery: a code, an e-mail, or words of a name."""
    return any_of(address(text), code(text), all_words("n", text))
