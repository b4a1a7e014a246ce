"""CPU seconds of processes, read from /proc; None where there is no /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
PROC = Path("/proc")


def cpu_of(*roots: int) -> float | None:
    """User and system seconds of these processes and all their descendants, those that have ended included."""
    if not (PROC / "self/stat").exists():
        return None
    processes = _processes()
    wanted, found = set(roots), 0.0
    for pid in sorted(processes):
        # Parents have lower numbers than their children until numbers wrap; the second look is for when they have.
        _gather(pid, processes, wanted)
    for pid in sorted(processes):
        _gather(pid, processes, wanted)
    for pid in wanted & processes.keys():
        found += processes[pid][1]
    return found


def _gather(pid: int, processes: dict[int, tuple[int, float]], wanted: set[int]) -> None:
    if processes[pid][0] in wanted:
        wanted.add(pid)


def _processes() -> dict[int, tuple[int, float]]:
    """Every process: its parent, and its CPU seconds with those of its ended children."""
    found = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                # The name in parentheses may hold anything, so fields are counted from behind it.
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found[int(folder.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICKS)
    return found
