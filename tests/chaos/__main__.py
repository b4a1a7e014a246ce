"""`python3 dev.py chaos`: break it on purpose, all the time, and check the truth afterwards."""

import argparse
import asyncio
import sys
import time

from tests.chaos.mistakes import MISTAKES
from tests.chaos.report import report
from tests.chaos.run import CLIENTS, Plan, run
from tests.chaos.schedule import Fault
from tests.system.figures import tell

SECONDS_A_RUN = 60.0
SEEDS = 1_000_000


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py chaos", description=__doc__)
    parser.add_argument(
        "--seed", type=int, help="of the first run; the next ones count on  [default: by the clock]"
    )
    parser.add_argument("--minutes", type=float, default=1.0, help="of faults in all  [default: 1]")
    parser.add_argument("--seconds-a-run", type=float, default=SECONDS_A_RUN, help="[default: 60]")
    parser.add_argument("--clients", type=int, default=CLIENTS, help=f"[default: {CLIENTS}]")
    parser.add_argument(
        "--faults", nargs="*", type=Fault, default=list(Fault), metavar="FAULT", help=", ".join(Fault)
    )
    parser.add_argument("--mistake", choices=sorted(MISTAKES), help="build this mistake in, to see it caught")
    parser.add_argument("--schedule", action="store_true", help="show which faults would come, and end")
    return parser.parse_args()


def main() -> int:
    """Exit code 0: all is well in every run; 1: it is not."""
    asked = arguments()
    seed = int(time.time()) % SEEDS if asked.seed is None else asked.seed
    left = asked.minutes * 60
    code = 0
    while left > 0:
        seconds = min(left, asked.seconds_a_run)
        plan = Plan(seed, seconds, frozenset(asked.faults), asked.clients, asked.mistake)
        if asked.schedule:
            tell("\n".join(map(str, plan.strikes())))
        else:
            code |= _run(plan)
        left -= seconds
        seed += 1
    return code


def _run(plan: Plan) -> int:
    ran = asyncio.run(run(plan, tell))
    tell("")
    for line in report(ran):
        tell(line)
    sys.stdout.flush()
    return 0 if ran.checked.is_well else 1


if __name__ == "__main__":
    sys.exit(main())
