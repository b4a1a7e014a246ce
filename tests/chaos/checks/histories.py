"""Every seat and every number of places: was what clients were told possible?"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tests.chaos.clients.call import Call
from tests.chaos.clients.shows import Shows
from tests.chaos.linearizability.quota import QuotaModel
from tests.chaos.linearizability.search import Finding, Verdict, linearizable
from tests.chaos.linearizability.seat import SeatModel
from tests.chaos.linearizability.told import Told
from tests.chaos.world.readings import Readings


class Histories(NamedTuple):
    """`found` counts histories by their verdict; `operations` is how many were in all of them."""

    found: Counter[Finding]
    operations: int
    violated: list[str]


def histories(calls: Sequence[Call], untold: Sequence[Call], shows: Shows, readings: Readings) -> Histories:
    told = Told([*calls, *untold], readings)
    found: Counter[Finding] = Counter()
    violated, operations = [], 0

    def note(name: str, count: int, verdict: Verdict) -> None:
        nonlocal operations
        operations += count
        found[verdict.finding] += 1
        if verdict.finding is Finding.VIOLATED:
            violated.append(f"{name} is not linearizable at: {'; '.join(verdict.stuck)}")

    for seated in shows.seated:
        for (_, seat), seat_history in told.seats(seated.id).items():
            verdict = linearizable(seat_history, SeatModel())
            note(f"seat {seat} of {seated.id}", len(seat_history), verdict)
    for standing in shows.standing:
        for history in told.places(standing.id).values():
            note(f"{standing.id}", len(history), linearizable(history, QuotaModel(standing.quota)))
    return Histories(found, operations, violated)
