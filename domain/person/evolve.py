"""Fold one fact into a person."""

from domain.person.facts import PersonFact
from domain.person.state import PersonState


def evolve(person: PersonState, _fact: PersonFact) -> PersonState:
    """The person after the fact. Total."""
    return PersonState(erased=True, version=person.version + 1)
