"""An amount of money in parts that add up to it exactly."""

from collections.abc import Sequence


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in proportion to `weights`, by largest remainders; equal ones go to whoever comes first.

    Where all weights are nothing, as among free tickets, all are equal.
    """
    shares = weights if any(weights) else [1] * len(weights)
    whole = sum(shares)
    parts = [amount * share // whole for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: -(amount * shares[place] % whole))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts
