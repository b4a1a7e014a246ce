"""People: erased once, and nothing more is ever said of them."""

from datetime import UTC, datetime

from domain.person.commands import ErasePerson
from domain.person.decide import decide
from domain.person.evolve import evolve
from domain.person.facts import PersonErased
from domain.person.state import PersonState
from tests.domain.harness import Decider

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ERASED = PersonErased("p1", NOON, "u1")

given = Decider(PersonState, decide, evolve).given


def test_a_person_is_erased() -> None:
    after = given().when(ErasePerson("p1", NOON, "u1")).then(ERASED).state
    assert after == PersonState(erased=True, version=1)


def test_erasing_again_adds_nothing() -> None:
    given(ERASED).when(ErasePerson("p1", NOON, "u1")).then()
