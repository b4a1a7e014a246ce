"""Names of time zones as anybody may write them."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.http.zones import known_zone, names


@given(st.text(min_size=1, max_size=64) | st.text("EuropeRm/._-", min_size=1, max_size=64))
@example("../../etc/passwd")
@example("/etc/localtime")
@example("Europe")
@example("Europe/Rome\x00")
@example("Europe/Rome/")
@example("\ud800")
@example("a" * 64)
def test_a_name_is_a_zones_or_refused(name: str) -> None:
    try:
        known_zone(name)
    except ValueError:
        assert name not in names()
    else:
        assert ZoneInfo(name).key == known_zone(name) == name


@pytest.mark.parametrize(
    "name", ["localtime", "posixrules", "right/Europe/Rome", "posix/Europe/Rome", "Factory"]
)
def test_files_of_the_machine_beside_its_zones_are_none(name: str) -> None:
    with pytest.raises(ValueError, match="not an IANA time zone"):
        known_zone(name)


def test_every_name_that_is_taken_can_be_read() -> None:
    assert {known_zone(name) for name in names()} == names()


@pytest.mark.parametrize("name", ["Europe/Rome", "UTC", "GB", "Etc/GMT-14", "America/Argentina/Ushuaia"])
def test_a_zone_that_is_one_is_taken(name: str) -> None:
    assert known_zone(name) == name
