"""`python -m tests.simulation --schedules N --seed S`: run many schedules, and say what they have reached."""

import argparse
import logging
import sys
from collections import Counter
from time import perf_counter, process_time

from tests.simulation.mistakes import MISTAKES
from tests.simulation.schedule import simulate
from tests.simulation.seen import seen


def main() -> int:
    asked = _asked()
    logging.disable(logging.CRITICAL)
    if asked.mistakes:
        return _try_mistakes(asked.seed, asked.schedules)
    counts: Counter[str] = Counter()
    failed: list[int] = []
    began, worked = perf_counter(), process_time()
    for seed in range(asked.seed, asked.seed + asked.schedules):
        try:
            outcome = simulate(seed, _say if asked.trace else None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the seed is what is looked for
            failed.append(seed)
            _say(f"seed {seed}: {type(error).__name__}: {error}"[:1500])
        else:
            counts += outcome.trace.counts
            if asked.digests:
                _say(outcome.digest)
    if not asked.digests:
        _report(asked.schedules, perf_counter() - began, process_time() - worked, counts, failed)
    return 1 if failed else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1_000, help="how many, one seed after the other")
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--trace", action="store_true", help="print what happens, step by step")
    parser.add_argument(
        "--digests", action="store_true", help="print each schedule's digest and nothing else"
    )
    parser.add_argument("--mistakes", action="store_true", help="make each mistake, and say what sees it")
    return parser.parse_args()


def _try_mistakes(first: int, seeds_max: int) -> int:
    unseen = 0
    for mistake in MISTAKES:
        found = seen(mistake, first, seeds_max)
        unseen += found is None
        _say(f"{mistake.__name__:40} {found}")
    return 1 if unseen else 0


def _report(schedules: int, seconds: float, worked: float, counts: Counter[str], failed: list[int]) -> None:
    _say(
        f"{schedules} schedules in {seconds:.1f} s: {60 * schedules / seconds:.0f} a minute,"
        f" {60 * schedules / worked:.0f} a minute of processor"
    )
    for what, times in sorted(counts.items()):
        _say(f"  {times:9} {what}")
    _say(f"failed: {failed}" if failed else "every law held")


if __name__ == "__main__":
    sys.exit(main())
