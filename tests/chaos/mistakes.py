"""Mistakes that can be built into the programs of a run, to see that the checks find them."""

from collections.abc import Callable
from typing import NamedTuple


class Mistake(NamedTuple):
    """`make` patches the process it is called in, before the program starts."""

    is_what: str
    make: Callable[[], None]


MISTAKES: dict[str, Mistake] = {}
