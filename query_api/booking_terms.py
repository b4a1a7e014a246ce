"""What somebody typed, as questions to the terms of projections/booking_search.sql."""

from runtime.words import signs, words


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


def swapped(kind: str, word: str) -> str:
    """A tsquery for what begins like `word` with two neighbouring letters the other way round.

    That is how most words are mistyped, and of a short one it leaves too little alike for trigrams to see.
    """
    ways = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    return any_of(*(beginning(kind, way) for way in sorted(ways - {word}))) or nothing(kind)


def nothing(kind: str) -> str:
    """A tsquery that nothing meets: no term is empty."""
    return lexeme(kind, "")


def address(text: str) -> str:
    """An e-mail or its beginning, as a tsquery."""
    return beginning("e", text.lower())


def code(text: str) -> str | None:
    """A booking's or a ticket's code, however it is written; None for what can be none."""
    found = signs(text)
    return lexeme("c", found) if found else None


def person_or_code(text: str) -> str:
    """One piece of what was typed into the one box, as a tsquery: a code, an e-mail, or words of a name."""
    return any_of(address(text), code(text), all_words("n", text))
