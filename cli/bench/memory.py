"""Memory of a process, read from /proc; None where there is no /proc."""

from pathlib import Path

KIB = 1024


def resident_mib(process_id: int, name: str = "VmRSS") -> float | None:
    """What it has in memory now; with `VmHWM` the most that it ever had."""
    try:
        lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    except OSError:
        return None
    found = next((line.split()[1] for line in lines if line.startswith(f"{name}:")), None)
    return None if found is None else round(int(found) / KIB, 1)
