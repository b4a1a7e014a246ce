"""The command `seatledger` as a process of its own, for tests of what a user types."""

import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from runtime.settings import known_variables

COMMAND = (sys.executable, "-m", "cli.main")
SAID_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 60.0


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """That of this process with none of our settings in it but `own`."""
    kept = {name: value for name, value in os.environ.items() if name not in known_variables()}
    return {**kept, **own}


def finished(*arguments: str, settings: Mapping[str, str], standard_input: str = "") -> str:
    """Run a verb to its end and return what it printed. It must succeed."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        input=standard_input,
        env=environment(settings),
        timeout=SAID_SECONDS_MAX,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Program:
    """A verb that runs until it is told to stop; used as a context, which stops it and waits for its end."""

    def __init__(self, *arguments: str, settings: Mapping[str, str]) -> None:
        self._arguments = arguments
        self._settings = settings
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.said: list[str] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [*COMMAND, *self._arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(self._settings),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def says(self, pattern: str) -> re.Match[str]:
        """Wait for a line in which `pattern` is found."""
        deadline = time.monotonic() + SAID_SECONDS_MAX
        while True:
            line = self._lines.get(timeout=max(0.01, deadline - time.monotonic()))
            assert line is not None, f"{self._arguments} ended: {''.join(self.said)}"
            self.said.append(line)
            if found := re.search(pattern, line):
                return found

    def stop(self) -> int:
        """As Ctrl-C or a service manager does it; the exit code."""
        self._process.terminate()
        return self._process.wait(STOP_SECONDS_MAX)

    def rest(self) -> list[str]:
        """What it has said since the last line that was waited for; call it when it has ended."""
        return list(iter(self._lines.get, None))

    def kill(self) -> None:
        """As no process can refuse it; returns when it is gone."""
        self._process.kill()
        self._process.wait(STOP_SECONDS_MAX)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._reader.join(STOP_SECONDS_MAX)
            if self._process.stdout is not None:
                self._process.stdout.close()
