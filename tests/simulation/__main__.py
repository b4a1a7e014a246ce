"""`python -m tests.simulation --schedules N --seed S`: run many schedules, and say what they have reached."""

import argparse
import logging
import sys
import traceback
from collections import Counter
from time import perf_counter

from tests.simulation.schedule import simulate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1_000, help="how many, one seed after the other")
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--trace", action="store_true", help="print what happens, step by step")
    parser.add_argument(
        "--digests", action="store_true", help="print each schedule's digest and nothing else"
    )
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    counts: Counter[str] = Counter()
    failed: list[int] = []
    began = perf_counter()
    for seed in range(asked.seed, asked.seed + asked.schedules):
        try:
            outcome = simulate(seed, print if asked.trace else None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the seed is what is looked for
            failed.append(seed)
            print(f"seed {seed}: {type(error).__name__}: {error}"[:1500], file=sys.stderr)
            if asked.trace:
                traceback.print_exc()
        else:
            counts += outcome.trace.counts
            if asked.digests:
                print(outcome.digest)
    if not asked.digests:
        _report(asked.schedules, perf_counter() - began, counts, failed)
    return 1 if failed else 0


def _report(schedules: int, seconds: float, counts: Counter[str], failed: list[int]) -> None:
    print(f"{schedules} schedules in {seconds:.1f} s: {60 * schedules / seconds:.0f} a minute")
    for what, times in sorted(counts.items()):
        print(f"  {times:9} {what}")
    print(f"failed: {failed}" if failed else "every law held")


if __name__ == "__main__":
    sys.exit(main())
