"""Best available on 60,000 seats, against a plain scan of the plan: `python -m tests.domain.show.choosing_timings`."""

import random
import sys
import time
from collections.abc import Callable
from statistics import median

from domain.journal import Journal
from domain.seating_plan import Row, SeatingPlan, Section
from domain.show.choosing import Pick
from domain.show.places import FREE, TAKEN, Places

PLAN = SeatingPlan(tuple(Section(f"S{n}", tuple(Row(str(r), 40) for r in range(50))) for n in range(30)))


def house(full: float) -> Places:
    places, chance = Places(PLAN, Journal()), random.Random(1)
    for section, rows in places.rows.items():
        for row in rows.values():
            for index in range(row.row.size):
                if chance.random() < full:
                    row.flags[index] = TAKEN
                    places.free[section] -= 1
    return places


def scan(places: Places) -> int:
    """Look at every flag once, as plainly as Python can."""
    free = 0
    for rows in places.rows.values():
        for row in rows.values():
            for flag in row.flags:
                if flag == FREE:
                    free += 1
    return free


def timed(work: Callable[[], object], rounds: int = 15) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times)


def timings() -> list[str]:
    """For each house and party: how long it takes, and how many times the scan that is."""
    lines = []
    for name, full in (("empty", 0.0), ("half full", 0.5), ("95 % full", 0.95)):
        places = house(full)
        parts, plain = tuple(places.free), timed(lambda: scan(places))  # noqa: B023 -- called before the next house
        lines.append(f"{name}: plain scan {plain * 1000:.2f} ms")
        for party in (1, 2, 4, 8, 20):
            took = timed(lambda: Pick(places).choose(parts, party))  # noqa: B023
            lines.append(f"{name}: best {party} in {took * 1000:.3f} ms, {took / plain:.3f} of a scan")
    return lines


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in timings())
