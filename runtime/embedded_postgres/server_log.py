"""The server's log file: appended to by every start, kept small, and asked for the cause of a failed one."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOG_BYTES_MAX = 16 * 1024 * 1024
TAIL_BYTES = 64 * 1024


class ServerLog:
    """One file; the one before it is kept as `<name>.1` once it exceeds LOG_BYTES_MAX."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begins_at = 0

    @contextmanager
    def opened(self) -> Iterator[int]:
        """A descriptor to append to, readable by us alone because statements may be in it."""
        if self.path.exists() and self.path.stat().st_size > LOG_BYTES_MAX:
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._begins_at = os.fstat(descriptor).st_size
            yield descriptor
        finally:
            os.close(descriptor)

    def cause(self, exit_code: int | None) -> str:
        """One line that says why the start that was logged last failed."""
        with self.path.open("rb") as log:
            log.seek(max(self._begins_at, log.seek(0, os.SEEK_END) - TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        for severity in ("FATAL", "PANIC", "ERROR"):
            if found := [line for line in lines if f"{severity}:" in line]:
                return re.sub(r"^.*?\b" + severity + r":\s*", "", found[-1])
        return lines[-1].strip() if lines else f"exit code {exit_code}"
