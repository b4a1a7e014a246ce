"""Golden facts: what was stored once is read for ever."""

from pathlib import Path

import orjson
import pytest

from domain.codec import CODEC, REGISTRY, UPCASTERS
from tests.domain import golden_facts
from tests.domain.examples_of_facts import EXAMPLES
from tests.domain.golden_facts import FOLDER, HOW_TO_MAKE, MANIFEST, digest, golden_file, recorded_digests

FILES = sorted(FOLDER.glob("*.json"))


def key_of(file: Path) -> tuple[str, int]:
    name, version = file.stem.split(".")
    return name, int(version)


@pytest.mark.parametrize("key", [*REGISTRY, *UPCASTERS], ids=str)
def test_every_fact_that_is_read_has_a_golden_file(key: tuple[str, int]) -> None:
    name, version = key
    assert golden_file(name, version).exists(), f"{name} version {version} has no golden file: {HOW_TO_MAKE}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_golden_fact_is_still_read(file: Path) -> None:
    name, version = key_of(file)
    assert type(CODEC.decode(name, version, file.read_bytes())) in REGISTRY.values()


@pytest.mark.parametrize(
    "file", [file for file in FILES if key_of(file) in REGISTRY], ids=lambda file: file.stem
)
def test_every_golden_fact_of_the_newest_version_is_written_in_the_same_bytes(file: Path) -> None:
    name, version = key_of(file)
    assert CODEC.encode(CODEC.decode(name, version, file.read_bytes())) == (name, version, file.read_bytes())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_golden_file_ever_changes(file: Path) -> None:
    recorded = recorded_digests().get(file.name)
    assert recorded is not None, f"{file.name} was not made by: python -m tests.domain.golden_facts"
    assert digest(file) == recorded, (
        f"{file.name} has changed. Facts like the old one are in the log and must be read for ever: put the file back, "
        f"and if the shape must change, give the fact a new schema version with an upcaster in domain/codec.py"
    )


def test_no_golden_file_is_ever_removed() -> None:
    gone = recorded_digests().keys() - {file.name for file in FILES}
    assert gone == set(), (
        f"{', '.join(sorted(gone))}: what was in the log once is there for ever, put it back"
    )


# Optional fields that a fact gained after its golden file was made: nobody writes over that file.
YOUNGER_THAN_THEIR_FILE = {
    "ShowScheduled.1.json": {"rules", "city", "owner_id"},
    "SeatsBooked.1.json": {"payment"},
    "VenueOpened.1.json": {"city", "owner_id"},
    "TicketTypeAdded.1.json": {"owner_id"},
    "VenueDetailsChanged.1.json": {"city"},
}


def test_golden_facts_have_every_field_filled() -> None:
    """An optional field that is left out would not be guarded."""
    for file in FILES:
        if fact := REGISTRY.get(key_of(file)):
            expected = set(fact.__struct_fields__) - YOUNGER_THAN_THEIR_FILE.get(file.name, set())
            assert orjson.loads(file.read_bytes()).keys() == expected, file.name


def test_a_field_that_is_younger_than_its_golden_file_is_written_and_read() -> None:
    examples = {golden_file(*CODEC.key(type(fact))).name: fact for fact in EXAMPLES}
    for name, fields in YOUNGER_THAN_THEIR_FILE.items():
        stored = CODEC.encode(examples[name])
        assert fields <= orjson.loads(stored[2]).keys()
        assert CODEC.decode(*stored) == examples[name]


def test_making_them_again_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = MANIFEST.read_bytes()
    assert golden_facts.missing() == []
    assert golden_facts.make_missing() == []
    assert MANIFEST.read_bytes() == before


def test_a_missing_one_is_made_with_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden_facts, "FOLDER", tmp_path)
    monkeypatch.setattr(golden_facts, "MANIFEST", tmp_path / "SHA256SUMS")
    assert golden_facts.missing() == list(REGISTRY)
    made = golden_facts.make_missing()
    assert {key_of(file) for file in made} == set(REGISTRY)
    assert recorded_digests() == {file.name: digest(file) for file in made}
