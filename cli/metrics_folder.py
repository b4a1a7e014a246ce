"""The folder through which workers add up their metrics: it goes with the last process that uses it.

It is not the parent's to take away: killed, it takes nothing away any more, and its workers still write there while
they answer their last requests. So each has a shared lock on it, and whoever finds itself alone removes it.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "seatledger-metrics-"


@contextmanager
def new_metrics_folder() -> Iterator[Path]:
    """A folder of ours, in use for the length of the context. What others left, killed all at once, is removed."""
    _remove_left()
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        with in_use(folder) as is_there:
            # Another program that starts now may have taken it for one that was left.
            if is_there:
                yield folder
                return


@contextmanager
def in_use(folder: Path) -> Iterator[bool]:
    """Keep the folder there for the length of the context; the last one to leave it removes it.

    Gives False when it is gone already.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        try:
            yield os.fstat(descriptor).st_nlink > 0
        finally:
            _remove_unused(folder, descriptor)
    finally:
        os.close(descriptor)


def _remove_left() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # Somebody else's may have the same name, or be a link to where nothing is to be removed.
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                if os.fstat(descriptor).st_uid == os.geteuid():
                    _remove_unused(folder, descriptor)
            finally:
                os.close(descriptor)


def _remove_unused(folder: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    shutil.rmtree(folder, ignore_errors=True)
