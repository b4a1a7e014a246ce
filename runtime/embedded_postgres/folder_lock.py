"""Locks beside the data folder: one says that a program owns it, another that a server may still be writing.

The kernel releases a lock when the last process that holds it is gone, however it died, so neither can be stale.
"""

import contextlib
import fcntl
import os
import time
from pathlib import Path

from runtime.embedded_postgres.errors import FolderInUse

POLL_SECONDS = 0.01


class FolderLock:
    """An exclusive lock on a file that holds its owner's process id for people to read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """The open file: a child that inherits it shares the lock for as long as it lives."""
        if self._descriptor is None:
            raise RuntimeError(f"{self.path} is not locked")
        return self._descriptor

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def take(self) -> bool:
        """Take the lock if it is free, without waiting."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.write(descriptor, b"%d\n" % os.getpid())
        self._descriptor = descriptor
        return True

    def take_within(self, seconds: float) -> bool:
        """Take the lock as soon as it is free, or give up after `seconds`."""
        deadline = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def take_or_refuse(self, folder: Path) -> None:
        """Take the lock, or raise FolderInUse naming the folder and the process that has it."""
        if not self.take():
            raise FolderInUse(
                f"{folder} is in use by process {self.owner() or 'unknown'}: stop that program first"
            )

    def owner(self) -> int | None:
        """The process id written by the last owner; None before it was written."""
        with contextlib.suppress(OSError, ValueError):
            return int(self.path.read_text())
        return None

    def release(self) -> None:
        """Let go, once or many times. The file stays: removing it would let two owners lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_locked(path: Path) -> bool:
    """Whether any process holds the lock on `path`; asks without disturbing it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
