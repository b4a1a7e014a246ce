"""The garbage collector of a program that runs for long."""

import gc

THRESHOLDS = (5_000, 20, 25_000)
"""Young objects are walked five thousand at a time: fifty thousand stopped everybody for 15 milliseconds and more. What
lives on is walked once more by the hundred thousand.
"""


def collect_seldom() -> None:
    """Call it when everything has started.

    What start-up made lives as long as the process: the collector need not walk it again and again. And a request or a
    batch leaves next to no cycles behind, while a full collection stops everybody for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
