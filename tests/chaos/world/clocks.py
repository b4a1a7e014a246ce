"""Every program's clock: the machine's, and as much beside it as a file says."""

import mmap
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

FORMAT = "<d"
SLACK_SECONDS = 0.1
"""Between a jump as it is noted and as it is seen, and between the machine's two clocks."""

_BEGAN = time.time() - time.monotonic()


def true_time() -> float:
    """Seconds since 1970 by a clock that never jumps: everything a run notes is told by it."""
    return _BEGAN + time.monotonic()


def clock_of(path: Path) -> Callable[[], datetime]:
    """The clock of a process: it looks into the file each time it is asked."""
    with path.open("rb") as file:
        told = mmap.mmap(file.fileno(), struct.calcsize(FORMAT), access=mmap.ACCESS_READ)

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=struct.unpack(FORMAT, told)[0])

    return now


class Jump(NamedTuple):
    """From `at` on the clock of `program` is `offset` seconds ahead."""

    at: float
    program: str
    offset: float


class Clocks:
    """The files, in a folder, and what was ever in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.jumps: list[Jump] = []

    def file_of(self, program: str) -> Path:
        path = self._folder / program.replace(" ", "-")
        if not path.exists():
            path.write_bytes(struct.pack(FORMAT, 0.0))
        return path

    def set(self, program: str, offset: float) -> None:
        path = self.file_of(program)
        # In place and at once: the file is mapped by whoever reads it.
        with path.open("r+b") as file:
            file.write(struct.pack(FORMAT, offset))
        self.jumps.append(Jump(true_time(), program, offset))
