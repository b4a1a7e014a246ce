"""A number of places of which nobody cares which: how many are taken."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.chaos.linearizability.operation import Operation


class TakePlaces(NamedTuple):
    places: int


class GivePlaces(NamedTuple):
    places: int


class SeenTooFew(NamedTuple):
    """Somebody was told that there are not as many as that."""

    places: int


QuotaEffect = TakePlaces | GivePlaces | SeenTooFew


class QuotaModel:
    """What may happen to `quota` places."""

    def __init__(self, quota: int) -> None:
        self.quota = quota
        self.initial = 0

    def after(self, taken: int, operation: Operation[QuotaEffect]) -> Iterable[int]:
        match operation.effect:
            case TakePlaces(places) if taken + places <= self.quota:
                yield taken + places
            case GivePlaces(places) if places <= taken:
                yield taken - places
            case SeenTooFew(places) if taken + places > self.quota:
                yield taken
            case _:
                return
