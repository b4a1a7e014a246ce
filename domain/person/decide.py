"""Decide one command about a person."""

from domain.person.commands import PersonCommand
from domain.person.facts import PersonErased, PersonFact
from domain.person.state import PersonState


def decide(command: PersonCommand, person: PersonState) -> list[PersonFact]:
    """Erased is erased: asked twice, it is recorded once."""
    return [] if person.erased else [PersonErased(command.person_id, command.now, command.account_id)]
