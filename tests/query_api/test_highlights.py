"""Where the words of a search stand: told quickly, and as the long way round tells it."""

from hypothesis import given
from hypothesis import strategies as st

from query_api.search.highlights import standing_in
from runtime.folding import WORD, words

TEXTS = st.text(st.sampled_from("aAbB9_ -'&<.é東"), max_size=30)
BEGINNINGS = st.lists(TEXTS, min_size=1, max_size=3).map(
    lambda texts: [word for each in texts for word in words(each)]
)


@given(text=TEXTS, beginnings=BEGINNINGS.filter(bool))
def test_plain_letters_are_marked_like_all_others(text: str, beginnings: list[str]) -> None:
    begins = tuple(beginnings)
    found = [
        each.span()
        for each in WORD.finditer(text)
        if any(word.startswith(begins) for word in words(each.group()))
    ]
    assert standing_in(text, begins) == joined(found)


def joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Words without a blank between them are one."""
    made: list[tuple[int, int]] = []
    for start, end in found:
        begin = made.pop()[0] if made and made[-1][1] == start else start
        made.append((begin, end))
    return made
