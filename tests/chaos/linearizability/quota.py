"""A number of places of which nobody cares which: how many are taken."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.chaos.linearizability.operation import Operation


class TakePlaces(NamedTuple):
    count: int


class GivePlaces(NamedTuple):
    count: int


class SeenTooFew(NamedTuple):
    """Somebody was told that there are not as many as that."""

    count: int


QuotaEffect = TakePlaces | GivePlaces | SeenTooFew


class QuotaModel:
    """What may happen to `quota` places."""

    def __init__(self, quota: int) -> None:
        self.quota = quota
        self.initial = 0

    def after(self, taken: int, operation: Operation[QuotaEffect]) -> Iterable[int]:
        match operation.effect:
            case TakePlaces(count) if taken + count <= self.quota:
                yield taken + count
            case GivePlaces(count) if count <= taken:
                yield taken - count
            case SeenTooFew(count) if taken + count > self.quota:
                yield taken
            case _:
                return
