"""A small house in which everything happens that can: to its bookings, and around them."""

from domain.show.facts import ShowFact
from tests.projections.histories import history, tries_by_chance

WISHES = 150


def busy_stream(seed: int) -> list[ShowFact]:
    """The facts that so many wishes leave, bookings interleaved."""
    window = (600, 60, 600, None)[seed % 4]
    return history(tries_by_chance(seed, WISHES), window, on_sale=True)[1]
