"""Which words were meant by one that no event has."""

from collections.abc import Sequence
from typing import Any

import orjson

from runtime.folding import words

NEAREST_MAX = 4

# As JSON, by number, for each word with which no known word begins; NULL where there is none. In the order of bytes
# nothing stands between a word and the last one that begins with it; chr(1114111) is the last character there is.
NEAREST = """SELECT json_object_agg(a.number, projections.nearest_words(a.word, {most}))
             FROM unnest({words}::text[]) WITH ORDINALITY AS a(word, number)
             WHERE NOT EXISTS (SELECT 1 FROM projections.search_words AS k
                               WHERE k.word >= a.word AND k.word < a.word || chr(1114111))"""


def meant(words: Sequence[str], nearest: str | None) -> list[list[str]]:
    """For each word itself, or where nothing begins with it the few words nearest to it; from the JSON of `NEAREST`.

    None are near nonsense.
    """
    found: dict[str, list[str]] = orjson.loads(nearest or "{}")
    return [found.get(str(number), [word]) for number, word in enumerate(words, start=1)]


def told(wanted: Sequence[Sequence[str]], best: Any) -> str:
    """What was meant instead, in words of the event `best` that was found: of each typed word's nearest the first that
    it has. The others may stand in nothing that the caller may see, such as the name of a draft.
    """
    texts = (best["name"], best["venue_name"], best["city"], best["category"], best["description"])
    has = {word for text in texts for word in words(text)}
    found = (
        next((one for one in some if any(word.startswith(one) for word in has)), None) for some in wanted
    )
    return " ".join(one for one in found if one is not None)
