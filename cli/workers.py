"""Several server processes on one port: children that share the listening socket."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from cli.application import Side
from cli.metrics_folder import new_metrics_folder
from cli.places import as_told
from cli.restarts import Restarts
from command_api.handing_over.place import Place
from runtime.metrics import MULTIPROCESS_VARIABLE, WORKER_VARIABLE, forget_worker
from runtime.settings import Settings

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2
KILL_SECONDS = 5.0
"""What a worker may take to end beyond the time that requests in flight have."""


def serve_with_workers(
    side: Side, dsn: str, settings: Settings, listener: socket.socket, workers: int
) -> None:
    """Run `workers` children until a stop signal. One that dies is started again, later each time unless it lived."""
    stop = _Stop()
    with new_metrics_folder() as metrics:
        # Metrics add up over the workers through files of this folder, and sockets in it link them.
        environment = {**os.environ, "DATABASE_URL": dsn, MULTIPROCESS_VARIABLE: str(metrics)}
        arguments = [side.value, str(listener.fileno()), str(settings.data_dir), str(os.getpid())]
        command = [sys.executable, "-m", "cli.worker", *arguments]
        places = [
            _Place(Place(number, workers, metrics), command, listener, environment)
            for number in range(workers)
        ]
        while True:
            time.sleep(POLL_SECONDS)
            if stop.told:
                break
            for place in places:
                place.keep(metrics)
        # Were it left open, the system would go on taking connections that nobody serves.
        listener.close()
        for place in places:
            place.terminate()
        deadline = time.monotonic() + seconds_to_stop(settings)
        for place in places:
            place.wait(deadline)


def seconds_to_stop(settings: Settings) -> float:
    """What a worker that is told to stop may take; one that takes longer hangs, and is killed."""
    return settings.shutdown_wait_seconds + settings.shutdown_grace_seconds + KILL_SECONDS


class _Place:
    """One of the workers, and whoever comes after it."""

    def __init__(
        self, place: Place, command: list[str], listener: socket.socket, environment: Mapping[str, str]
    ) -> None:
        self._number = place.number
        self._command = command
        self._listener = listener
        # Whoever comes after a worker goes on counting where it was.
        self._environment = {**environment, WORKER_VARIABLE: str(place.number), **as_told(place)}
        self._restarts = Restarts()
        self._process: subprocess.Popen[bytes] | None = None
        self._start()

    def _start(self) -> None:
        self._restarts.started(time.monotonic())
        # A session of its own, or Ctrl-C would stop it before we have told the others.
        self._process = subprocess.Popen(
            self._command,
            pass_fds=(self._listener.fileno(),),
            env=self._environment,
            start_new_session=True,
        )

    def keep(self, metrics: Path) -> None:
        """Look whether it is still there; start the next one when it is time."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            forget_worker(self._number, str(metrics))
            seconds = self._restarts.ended(now)
            log.warning(
                "worker %d ended with code %d, another starts in %g s",
                self._process.pid, self._process.returncode, seconds,
            )  # fmt: skip
            self._process = None
        if self._process is None and self._restarts.is_due(now):
            self._start()

    def terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def wait(self, deadline: float) -> None:
        """Until it has ended. One that hangs is killed: what it has acknowledged is in the log."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Stop:
    """Whether SIGTERM or SIGINT has come. No Event of the threads: its lock may be held where the signal finds us."""

    def __init__(self) -> None:
        self.told = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)

    def _tell(self, *_: object) -> None:
        self.told = True
