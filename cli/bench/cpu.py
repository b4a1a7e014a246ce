"""CPU seconds of processes, read from /proc; None where there is no /proc."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
PROC = Path("/proc")


class _Process(NamedTuple):
    id: int
    parent: int
    seconds: float


def cpu_of(*roots: int) -> float | None:
    """User and system seconds of these processes and all their descendants, those that have ended included."""
    if not (PROC / "self/stat").exists():
        return None
    processes = list(_processes())
    wanted, size = set(roots), 0
    while len(wanted) > size:
        size = len(wanted)
        wanted |= {process.id for process in processes if process.parent in wanted}
    return sum(process.seconds for process in processes if process.id in wanted)


def machine_cpu() -> float | None:
    """CPU seconds of everything on the machine so far: what is not ours of it is the noise of a measurement."""
    try:
        first = (PROC / "stat").read_text().partition("\n")[0]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, *rest = map(int, first.split()[1:9])
    return (user + nice + system + sum(rest)) / TICKS_PER_SECOND


def _processes() -> Iterator[_Process]:
    """Every process, its CPU seconds with those of its ended children."""
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue  # It has just ended.
            # The name in parentheses may hold anything, so fields are counted from behind it.
            fields = stat.rpartition(")")[2].split()
            yield _Process(int(folder.name), int(fields[1]), sum(map(int, fields[11:15])) / TICKS_PER_SECOND)
