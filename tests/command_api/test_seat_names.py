"""Names of seats as clients write them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from command_api.bodies.booking import SeatName
from runtime.privacy.person_key import PersonKey

NAME = TypeAdapter(SeatName)


def test_a_name_is_the_same_text_as_in_the_plan_however_its_accents_are_sent() -> None:
    assert NAME.validate_python("Gale\u0301rie/A/1") == "Galérie/A/1"


@pytest.mark.parametrize("name", ["Stalls/A/\x00", "Stalls/A/1\n", "Stalls/A/\u202e1", "Sta\u200blls/A/1"])
def test_what_is_not_seen_is_in_no_name(name: str) -> None:
    with pytest.raises(ValidationError, match="characters"):
        NAME.validate_python(name)


def test_encrypted_text_is_no_name() -> None:
    encrypted = PersonKey("0190a6a4-0000-7000-8000-00000000000a", bytes(32)).encrypt("Ana Ruiz")
    with pytest.raises(ValidationError, match="encrypted"):
        NAME.validate_python(encrypted)
