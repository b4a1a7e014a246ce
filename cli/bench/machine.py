"""The machine a run was made on: figures without it mean nothing."""

import os
import platform
from pathlib import Path
from typing import Any


def machine(postgres_version: str) -> dict[str, Any]:
    """Processor, cores, memory (GiB), system, versions, and the load (processes running) before the run began."""
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(int((_first("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / 2**20, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgres": postgres_version,
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def _first(file: str, name: str) -> str | None:
    """The value of the first line `name: value`."""
    path = Path(file)
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)
