"""A child process must not outlive the program that started it, however that program ended."""

import os
import signal
import threading
import time

LOOK_SECONDS = 0.5


def end_with_parent(parent: int) -> None:
    """From now on: once `parent` is not our parent any more, stop as if told to."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="orphan watch", daemon=True).start()
