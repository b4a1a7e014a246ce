"""Several server processes on one port: children that share the listening socket."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

from cli.application import Side
from runtime.metrics import forget_worker
from runtime.settings import Settings

POLL_SECONDS = 0.2


def serve_with_workers(
    side: Side, dsn: str, settings: Settings, listener: socket.socket, workers: int
) -> None:
    """Run `workers` children until a stop signal; one that dies is started again."""
    with tempfile.TemporaryDirectory(prefix="seatledger-metrics-") as metrics:
        # Metrics add up over the workers through files of this folder.
        environment = {**os.environ, "DATABASE_URL": dsn, "PROMETHEUS_MULTIPROC_DIR": metrics}
        arguments = [side.value, str(listener.fileno()), str(settings.data_dir), str(os.getpid())]
        command = [sys.executable, "-m", "cli.worker", *arguments]
        stopping = False

        def stop(*_: object) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)

        def start() -> "subprocess.Popen[bytes]":
            return subprocess.Popen(
                command, pass_fds=(listener.fileno(),), env=environment, start_new_session=True
            )

        def again(ended: "subprocess.Popen[bytes]") -> "subprocess.Popen[bytes]":
            forget_worker(ended.pid, metrics)
            return start()

        children = [start() for _ in range(workers)]
        while not stopping:
            time.sleep(POLL_SECONDS)
            children = [child if child.poll() is None else again(child) for child in children]
        for child in children:
            child.terminate()
        for child in children:
            child.wait(settings.shutdown_grace_seconds + 5)
