"""Commands as they are kept for auditors, and read again by a later program."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.command_codec import COMMANDS, UnreadableCommand, decode_command
from domain.show.commands import BookSeats
from tests.domain.show.words import book, cancel, pay, places


@pytest.mark.parametrize("command", [book("Stalls/A/1"), book(places(3)), pay(), cancel("b1-1")])
def test_a_command_is_read_as_it_was_given(command: object) -> None:
    assert decode_command(type(command).__name__, msgspec.json.encode(command).decode()) == command


@given(
    st.sampled_from(sorted(COMMANDS)) | st.text(max_size=9),
    st.sampled_from(["{}", "[]", ""]) | st.text(max_size=20),
)
def test_what_this_program_cannot_read_is_said_to_be_unreadable(name: str, data: str) -> None:
    with pytest.raises(UnreadableCommand, match=":"):
        decode_command(name, data)


def test_a_command_of_another_shape_is_unreadable() -> None:
    with pytest.raises(UnreadableCommand, match="BookSeats"):
        decode_command(BookSeats.__name__, '{"show_id":1}')
