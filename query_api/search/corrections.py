"""Which words were meant by one that no event has."""

from collections.abc import Sequence

from query_api.reading import Read

NEAREST_MAX = 4

# One row for each word with which no known word begins. In the order of bytes nothing stands between a word and the
# last one that begins with it; chr(1114111) is the last character there is.
NEAREST = """SELECT a.number, projections.nearest_words(a.word, $2) AS nearest
             FROM unnest($1::text[]) WITH ORDINALITY AS a(word, number)
             WHERE NOT EXISTS (SELECT 1 FROM projections.search_words AS k
                               WHERE k.word >= a.word AND k.word < a.word || chr(1114111))"""


async def meant(read: Read, words: Sequence[str]) -> list[list[str]]:
    """For each word itself, or where nothing begins with it the few words nearest to it. None are near nonsense."""
    nearest = {row["number"]: row["nearest"] for row in await read.rows(NEAREST, list(words), NEAREST_MAX)}
    return [nearest.get(number, [word]) for number, word in enumerate(words, start=1)]
