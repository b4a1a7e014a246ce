"""`python -m tests.simulation --schedules N --seed S`: run many schedules, and say what they have reached."""

import argparse
import logging
import signal
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter, process_time

from tests.simulation.mistakes import MISTAKES
from tests.simulation.schedule import simulate
from tests.simulation.seen import seen


def main() -> int:
    asked = _asked()
    logging.disable(logging.CRITICAL)
    if asked.mistakes:
        return _try_mistakes(asked.seed, asked.schedules)
    ran = _Ran()
    began, worked = perf_counter(), process_time()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        # Whoever breaks it off is told of those that have run.
        for seed in range(asked.seed, asked.seed + asked.schedules):
            _run(seed, ran, trace=asked.trace, digests=asked.digests)
    if not asked.digests:
        _report(ran, perf_counter() - began, process_time() - worked)
    return 1 if ran.failed else 0


@dataclass
class _Ran:
    schedules: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[int] = field(default_factory=list)


def _run(seed: int, ran: _Ran, *, trace: bool, digests: bool) -> None:
    try:
        outcome = simulate(seed, _say if trace else None)
    except Exception as error:  # noqa: BLE001 - whatever it is, the seed is what is looked for
        ran.failed.append(seed)
        _say(f"seed {seed}: {type(error).__name__}: {error}"[:1500])
    else:
        ran.counts += outcome.trace.counts
        if digests:
            _say(outcome.digest)
    ran.schedules += 1


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


def _report(ran: _Ran, seconds: float, worked: float) -> None:
    _say(
        f"{ran.schedules} schedules in {seconds:.1f} s: {60 * ran.schedules / seconds:.0f} a minute,"
        f" {60 * ran.schedules / worked:.0f} a minute of processor"
    )
    for what, times in sorted(ran.counts.items()):
        _say(f"  {times:9} {what}")
    _say(f"failed: {ran.failed}" if ran.failed else "every law held")


if __name__ == "__main__":
    sys.exit(main())
