"""A year cut into slices, and which show sells how much in each: the log of a season mixes its shows as life does."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from cli.bench.season.programme import YEAR, Show

BOOKINGS_A_SLICE = 2_000


def slices(
    sold: Sequence[Show], bookings: int, today: datetime, chance: Random
) -> Iterator[tuple[datetime, Counter[int]]]:
    """Moments of the year before `today`, in order, each with the bookings to make by the show's number.

    A show sells from the beginning until it starts, most of it in what is left of its time when it is near.
    """
    number = max(4, bookings // BOOKINGS_A_SLICE)
    ends = [_last_slice(show, number, today) for show in sold]
    weights = [show.house.capacity * (0.5 + chance.random()) for show in sold]
    wanted = [Counter[int]() for _ in range(number)]
    for chosen in chance.choices(range(len(sold)), weights, k=bookings):
        wanted[int(ends[chosen] * chance.random() ** 0.5)][chosen] += 1
    for place, sales in enumerate(wanted):
        yield today - YEAR * (number - place) / number, sales


def _last_slice(show: Show, number: int, today: datetime) -> int:
    """How many of the year's slices end before the show starts, at least one."""
    share = (show.starts_at - (today - YEAR)) / YEAR
    return max(1, min(number, int(share * number)))
