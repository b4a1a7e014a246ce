"""Whether a mistake is seen, in which seed first, and by which law."""

import pytest

from tests.simulation.mistakes import Mistake
from tests.simulation.schedule import simulate

SEEDS_MAX = 300


def seen(mistake: Mistake, first: int, seeds_max: int = SEEDS_MAX) -> tuple[int, str] | None:
    """The first seed from `first` on in which `mistake` is seen, and the law that sees it."""
    with pytest.MonkeyPatch.context() as patch:
        mistake(patch)
        for seed in range(first, first + seeds_max):
            try:
                simulate(seed)
            except Exception as error:  # noqa: BLE001 - a mistake may show as any error
                return seed, getattr(error, "law", type(error).__name__)
    return None
