"""Where the words of a search stand: told quickly, and as the long way round tells it."""

from hypothesis import given
from hypothesis import strategies as st

from query_api.highlights import standing_in
from runtime.folding import spans, words

TEXTS = st.text(st.sampled_from("aAbB9_ -'&<.é"), max_size=30)
BEGINNINGS = st.lists(TEXTS, min_size=1, max_size=3).map(
    lambda texts: [word for each in texts for word in words(each)]
)


@given(text=TEXTS, beginnings=BEGINNINGS.filter(bool))
def test_plain_letters_are_marked_like_all_others(text: str, beginnings: list[str]) -> None:
    begins = tuple(beginnings)
    found = [
        (start, end) for start, end, folded in spans(text) if any(word.startswith(begins) for word in folded)
    ]
    assert standing_in(text, begins) == found
