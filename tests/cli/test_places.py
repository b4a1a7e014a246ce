"""What a parent tells its workers of each other."""

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cli.places import as_told, place_told
from command_api.handing_over.place import Place
from runtime.ids import new_id

FOLDERS = st.text("abc/ =é", min_size=1).map(lambda name: Path("/", name))


@given(st.integers(1, 64), st.data(), FOLDERS)
def test_a_place_is_heard_as_it_was_told(count: int, data: st.DataObject, folder: Path) -> None:
    place = Place(data.draw(st.integers(0, count - 1)), count, folder)
    assert place_told(as_told(place)) == place


def test_a_process_that_was_told_nothing_is_alone() -> None:
    assert place_told({}) is None


def test_every_worker_names_the_same_owner_and_each_owns_about_as_much() -> None:
    places = [Place(number, 4, Path("/")) for number in range(4)]
    owned: Counter[int] = Counter()
    for _ in range(4_000):
        stream = f"show-{new_id()}"
        (owner,) = {place.owner_of(stream) for place in places}
        owned[owner] += 1
    assert min(owned.values()) > 800
    assert places[0].owner_of("show-00000000-0000-7000-8000-00000000000a") == 1, (
        "in every process and release"
    )
