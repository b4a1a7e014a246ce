"""`seatledger`, with a clock that a file tells, and with one mistake in it where one is asked for."""

import os
from pathlib import Path

import runtime.ids
from tests.chaos.world.clocks import clock_of

CLOCK, MISTAKE, PARENT = "CHAOS_CLOCK", "CHAOS_MISTAKE", "CHAOS_PARENT"


def main() -> None:
    # Before anything else is imported: the clock is a name that others take from here.
    runtime.ids.utc_now = clock_of(Path(os.environ[CLOCK]))
    from cli.main import main as seatledger
    from cli.orphans import end_with_parent
    from tests.chaos.mistakes import MISTAKES

    end_with_parent(int(os.environ[PARENT]))
    if mistake := os.environ.get(MISTAKE):
        MISTAKES[mistake].make(setattr)
    seatledger()


if __name__ == "__main__":
    main()
