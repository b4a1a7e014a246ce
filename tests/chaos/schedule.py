"""Which faults strike what, when and for how long: all of it drawn from a seed before anything starts."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from random import Random
from typing import NamedTuple


class Fault(StrEnum):
    KILL = "kill"
    """kill -9, and started again after a while."""
    STOP = "stop"
    """SIGTERM, as in a rolling restart, and started again."""
    FREEZE = "freeze"
    """SIGSTOP for a while: it is not dead, and says nothing."""
    CUT = "cut"
    """Its connections to the database are reset, and no new one is made for a while."""
    HANG = "hang"
    """Nothing passes on its connections to the database for a while, then all of it, late."""
    MUTE = "mute"
    """What it says to the database arrives; the answers do not, and then the connections are lost."""
    SLOW = "slow"
    """Each message to the database, and each answer, takes its time."""
    UNHEARD = "unheard"
    """What clients ask it arrives; its answers are lost."""
    VANISH = "vanish"
    """Packets between it and the database are lost both ways, without any farewell."""
    STRAND = "strand"
    """The same between it and its clients."""
    JUMP = "jump"
    """Its clock is wrong for a while."""
    TERMINATE = "terminate"
    """Its sessions are ended by `pg_terminate_backend` after a commit and before the reply."""
    EXHAUST = "exhaust"
    """Somebody else takes every connection that the database has."""
    LOCK = "lock"
    """Somebody else holds the lock on the log."""
    CRASH = "crash"
    """kill -9 of one server process of the database, after which it recovers."""
    FULL = "full"
    """The disk of the database is full."""


COMMANDS = ("command 1", "command 2")
QUERIES = ("query 1", "query 2")
PROJECTORS = ("projector 1", "projector 2", "projector 3")
PROGRAMS = (*COMMANDS, *QUERIES, *PROJECTORS)
DATABASE = "database"

TARGETS: dict[Fault, tuple[str, ...]] = {
    Fault.KILL: (*PROGRAMS, DATABASE),
    Fault.STOP: PROGRAMS,
    Fault.FREEZE: (*PROGRAMS, DATABASE),
    Fault.CUT: PROGRAMS,
    Fault.HANG: PROGRAMS,
    Fault.MUTE: PROGRAMS,
    Fault.SLOW: PROGRAMS,
    Fault.UNHEARD: (*COMMANDS, *QUERIES),
    Fault.VANISH: PROGRAMS,
    Fault.STRAND: (*COMMANDS, *QUERIES),
    Fault.JUMP: PROGRAMS,
    Fault.TERMINATE: COMMANDS,
    Fault.EXHAUST: (DATABASE,),
    Fault.LOCK: (DATABASE,),
    Fault.CRASH: (DATABASE,),
    Fault.FULL: (DATABASE,),
}

SECONDS: dict[Fault, tuple[float, float]] = {
    Fault.KILL: (0.0, 2.0),
    Fault.STOP: (0.0, 1.0),
    Fault.FREEZE: (0.3, 6.0),
    Fault.CUT: (0.0, 3.0),
    Fault.HANG: (0.5, 6.0),
    Fault.MUTE: (0.3, 3.0),
    Fault.SLOW: (1.0, 4.0),
    Fault.UNHEARD: (0.3, 3.0),
    Fault.VANISH: (1.0, 25.0),
    Fault.STRAND: (1.0, 8.0),
    Fault.JUMP: (1.0, 6.0),
    Fault.TERMINATE: (0.1, 0.5),
    Fault.EXHAUST: (1.0, 4.0),
    Fault.LOCK: (0.5, 4.0),
    Fault.CRASH: (0.0, 0.0),
    Fault.FULL: (2.0, 5.0),
}

DROPS_PACKETS = frozenset({Fault.VANISH, Fault.STRAND})

JUMP_SECONDS_MAX = 30
"""Longer than a hold of the events in question lasts."""

FIRST_AT = 1.0
GAP_SECONDS = (0.5, 2.5)
REST_SECONDS = 3.0
"""What was struck is left alone for so long afterwards: something has to be up to be struck."""


class Strike(NamedTuple):
    """`amount` says by how much where a fault has a size: a clock's jump, in seconds."""

    at: float
    fault: Fault
    target: str
    seconds: float
    amount: int = 0

    def __str__(self) -> str:
        amount = f" by {self.amount:+} s" if self.amount else ""
        return f"{self.at:7.2f} s  {self.fault:<9} {self.target:<11} for {self.seconds:.2f} s{amount}"


def schedule(
    seed: int,
    seconds: float,
    faults: Iterable[Fault] = Fault,
    *,
    gap: tuple[float, float] = GAP_SECONDS,
    programs: Sequence[str] = PROGRAMS,
) -> list[Strike]:
    """The strikes of a run that lasts `seconds`, in order. Every fault comes once before any comes again; one follows
    another after a `gap` of so many seconds at least and at most. `programs` are those that there are.
    """
    chance = Random(seed)
    there = {*programs, DATABASE}
    able = {fault: [each for each in TARGETS[fault] if each in there] for fault in sorted(faults)}
    deck = _dealt(chance, [fault for fault, targets in able.items() if targets])
    free_from: dict[str, float] = {}
    strikes: list[Strike] = []
    at = FIRST_AT
    for fault in deck:
        while (strike := _struck(chance, at, fault, _free(able[fault], free_from, at), seconds)) is None:
            at += chance.uniform(*gap)
        if at >= seconds:
            break
        strikes.append(strike)
        free_from[strike.target] = at + strike.seconds + REST_SECONDS
        at += chance.uniform(*gap)
    return strikes


def _dealt(chance: Random, faults: Sequence[Fault]) -> Iterator[Fault]:
    while faults:
        yield from chance.sample(faults, len(faults))


def _free(targets: Iterable[str], free_from: dict[str, float], at: float) -> list[str]:
    return [target for target in targets if free_from.get(target, 0.0) <= at]


def _struck(chance: Random, at: float, fault: Fault, targets: Sequence[str], end: float) -> Strike | None:
    """None when all that the fault could strike is struck already."""
    if not targets:
        return None
    lasts = min(chance.uniform(*SECONDS[fault]), end - at)
    amount = chance.choice((-1, 1)) * chance.randint(1, JUMP_SECONDS_MAX) if fault is Fault.JUMP else 0
    return Strike(round(at, 2), fault, chance.choice(targets), round(lasts, 2), amount)
