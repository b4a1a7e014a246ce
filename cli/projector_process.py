"""The projectors as a process beside the server: rows are made on another core than answers."""

import logging
import os
import subprocess
import sys
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from runtime.settings import Settings

log = logging.getLogger(__name__)

STOP_SECONDS = 10
RESTART_SECONDS = 0.5


class ProjectorProcess:
    """`seatledger project` as a child, for as long as the context lasts. One that ends before is started again: without
    it nobody would see what is written.
    """

    def __init__(self, dsn: str, settings: Settings) -> None:
        self._environment = {**os.environ, "DATABASE_URL": dsn, "SEATLEDGER_DATA_DIR": str(settings.data_dir)}
        self._stopping = Event()
        # Whoever starts it or ends it, so that none is started after the end.
        self._changing = Lock()

    def __enter__(self) -> Self:
        self._process = self._started()
        Thread(target=self._keep, name="projector process", daemon=True).start()
        return self

    @property
    def pid(self) -> int:
        """Of the one that runs now."""
        return self._process.pid

    def _started(self) -> "subprocess.Popen[bytes]":
        # A session of its own, or Ctrl-C would stop it while the server still drains.
        return subprocess.Popen(
            [sys.executable, "-m", "cli.main", "project", "--parent", str(os.getpid())],
            env=self._environment,
            start_new_session=True,
        )

    def _keep(self) -> None:
        while True:
            code = self._process.wait()
            if self._stopping.wait(RESTART_SECONDS):
                return
            log.warning("the projectors ended with code %d and are started again", code)
            with self._changing:
                if self._stopping.is_set():
                    return
                self._process = self._started()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._changing:
            self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
