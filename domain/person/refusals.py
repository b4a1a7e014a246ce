"""Every "no" about a person."""

from domain.refusal import Refusal


class PersonNotFound(Refusal, frozen=True):
    """Nothing is known about anybody with this id."""
