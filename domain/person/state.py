"""A person as their facts leave them."""

from domain.value import State


class PersonState(State, frozen=True):
    erased: bool = False
    version: int = 0
