"""JSON with holes: whatever anybody writes into a text, only what was left open is filled in."""

import msgspec
import orjson
from hypothesis import given
from hypothesis import strategies as st

from resources.holes import EDGE, filled, hole

TEXTS = st.text(st.characters(codec="utf-8")) | st.text(f'{EDGE}left"\\')


@given(before=TEXTS, after=TEXTS)
def test_only_holes_are_filled(before: str, after: str) -> None:
    text = msgspec.json.encode({"a": before, "left": hole("left"), "b": after, "more": hole("more")}).decode()
    shape = {"a": before, "left": 3, "b": after, "more": 0}
    assert orjson.loads(filled(text, {"left": "3"}, "0")) == shape
