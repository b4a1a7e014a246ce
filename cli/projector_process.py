"""The projectors as a process beside the server: rows are made on another core than answers."""

import os
import subprocess
import sys
from types import TracebackType
from typing import Self

from runtime.settings import Settings

STOP_SECONDS = 10


class ProjectorProcess:
    """`seatledger project` as a child, for as long as the context lasts."""

    def __init__(self, dsn: str, settings: Settings) -> None:
        self._environment = {**os.environ, "DATABASE_URL": dsn, "SEATLEDGER_DATA_DIR": str(settings.data_dir)}

    def __enter__(self) -> Self:
        # A session of its own, or Ctrl-C would stop it while the server still drains.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "project", "--parent", str(os.getpid())],
            env=self._environment,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
