"""Codes for very many bookings and tickets: like those of the shop, each its own, but counted out and not drawn.

Drawing a million would take a fifth of the time that a season takes.
"""

from itertools import count

from runtime.ids import CODE_ALPHABET

PAIRS = tuple(one + other for one in CODE_ALPHABET for other in CODE_ALPHABET)
ALL = len(PAIRS) ** 4
# Has no divisor in common with the number of all codes, so every code comes once before any comes again.
STRIDE = 398_765_432_101


class Codes:
    """`next()` gives codes such as `7KQ2-M9XD`, no two alike."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def next(self) -> str:
        rest, last = divmod(next(self._numbers) * STRIDE % ALL, 900)
        rest, third = divmod(rest, 900)
        first, second = divmod(rest, 900)
        return f"{PAIRS[first]}{PAIRS[second]}-{PAIRS[third]}{PAIRS[last]}"
