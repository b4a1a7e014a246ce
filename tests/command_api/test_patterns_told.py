"""What the document says of texts by a pattern is what is made of them: no more is refused there, and no less here."""

import re
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from command_api.bodies.booking import SeatName
from command_api.bodies.parts import Email, Id, Line, Name

KINDS: dict[str, TypeAdapter[str]] = {
    "a name": TypeAdapter(Name),
    "a line": TypeAdapter(Line),
    "an id": TypeAdapter(Id),
    "a seat's name": TypeAdapter(SeatName),
    "an address": TypeAdapter(Email),
}
TEXTS = st.text(max_size=20) | st.text("a@. /\t\n\r\x00\x1f\x7f\x85", max_size=20)


def is_taken(kind: TypeAdapter[Any], text: str) -> bool:
    try:
        kind.validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(text=TEXTS)
@example(text="Stalls/A/\x00")
@example(text="a\x7f@b.example")
@example(text="Ana\nRuiz")
def test_a_text_that_no_pattern_allows_is_refused(kind: TypeAdapter[str], text: str) -> None:
    # Blanks among the breaks at its ends are cut off with them, and no pattern says so.
    assume(text.strip() == text.strip("\t\n\v\f\r\x85"))
    if re.search(kind.json_schema()["pattern"], text) is None:
        assert not is_taken(kind, text)
