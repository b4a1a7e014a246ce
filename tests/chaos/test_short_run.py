"""Chaos in short, as part of the suite: one seed, and the faults that need no rights and no patience.

`python3 dev.py chaos` is the long one, with more faults and programs, and so another schedule for the same seed.
"""

import pytest

from tests.chaos.report import report
from tests.chaos.run import Plan, run
from tests.chaos.schedule import DROPS_PACKETS, Fault
from tests.in_memory import in_memory
from tests.system.figures import tell

# One in which programs are killed, and lose answers, while clients wait for them.
SEED = 367
PROGRAMS = ("command 1", "command 2", "query 1", "projector 1", "projector 2")
# A full disk takes a mount; a hung or exhausted database, or lost packets, hold everybody up for longer than a suite
# should wait.
QUICK = frozenset(Fault) - {Fault.FULL, Fault.EXHAUST, Fault.HANG, Fault.SLOW} - DROPS_PACKETS


@pytest.mark.timeout(900)
async def test_a_short_run_of_faults_loses_nothing_and_doubles_nothing() -> None:
    plan = Plan(SEED, seconds=8.0, faults=QUICK, clients=12, gap=(0.2, 1.0), programs=PROGRAMS)
    ran = await run(plan, tell, in_memory())
    lines = list(report(ran))
    tell("\n".join(lines))
    assert ran.checked.is_well, "\n".join(lines)
    assert sum(call.position > 0 for call in ran.diary.calls) > 0
