"""A child process whose parent thread lives as long as it does."""

import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path


class KeptProcess:
    """A child forked, and waited for, by a thread of its own.

    The kernel sends the parent-death signal when the *thread* that forked dies. Forked by whatever thread calls us
    (an executor's, say), the server would stop when that thread retires; this thread ends only with the program.
    """

    def __init__(self, command: Sequence[str], *, cwd: Path, output: int, inherits: int) -> None:
        """Start `command`. `output` takes stdout and stderr; `inherits` is a descriptor it keeps open.

        Raises OSError when the command cannot be run.
        """
        self.ended = threading.Event()
        self._begun: Future[subprocess.Popen[bytes]] = Future()
        work = threading.Thread(
            target=self._keep, args=(command, cwd, output, inherits), name="keeper", daemon=True
        )
        work.start()
        self._process = self._begun.result()

    def _keep(self, command: Sequence[str], cwd: Path, output: int, inherits: int) -> None:
        try:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(inherits,),
                env=environment(),
                # A session of its own, or Ctrl-C would stop the server before the program has drained.
                start_new_session=True,
            )
        except BaseException as error:  # noqa: BLE001  it is raised again, in the thread that asked
            self._begun.set_exception(error)
            return
        self._begun.set_result(process)
        process.wait()
        self.ended.set()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """As subprocess has it: negative for a signal, None while it runs."""
        return self._process.returncode

    def end(self, signal_number: signal.Signals, *, within: float) -> bool:
        """Send a signal and wait up to `within` seconds; whether the child has ended."""
        # It may have died by itself, and its keeper not have noticed yet.
        with suppress(ProcessLookupError):
            if not self.ended.is_set():
                os.kill(self.pid, signal_number)
        return self.ended.wait(within)


def environment() -> dict[str, str]:
    """Ours without libpq's variables (some of them are also server settings), with messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}
