"""A child process must not outlive the program that started it, however that program ended."""

import os
import signal
import threading
import time

LOOK_SECONDS = 0.5


def end_with_parent(parent: int, seconds_max: float | None = None) -> None:
    """From now on: once `parent` is not our parent any more, stop as if told to, and within `seconds_max`: nobody is
    left who would end one that hangs.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        if seconds_max is not None:
            time.sleep(seconds_max)
            os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="orphan watch", daemon=True).start()
