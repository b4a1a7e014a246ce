"""Something that must hold of a log, or of what is made from it, and does not."""

from datetime import datetime
from typing import NamedTuple


class Finding(NamedTuple):
    """`cause` names the one thing that is wrong: what has the same `invariant` and `cause` is told once.

    `position` is that of the fact that shows it. `recurs`: it can be mended, so that finding it again after somebody
    has acknowledged it is news. `details` is a sentence without anything about a person.
    """

    invariant: str
    cause: str
    position: int
    details: str
    recurs: bool = False


class Violation(NamedTuple):
    """A finding as it is kept. It is open until somebody acknowledges it."""

    number: int
    invariant: str
    cause: str
    position: int
    details: str
    found_at: datetime


class Tally(NamedTuple):
    """How many violations of an invariant were ever found, and how many of them are open."""

    invariant: str
    found: int
    open: int
