"""A server whose program was killed: it was told to stop when that happened, and here we wait until it has."""

import contextlib
import os
import signal
from pathlib import Path

from runtime.embedded_postgres.errors import FolderInUse
from runtime.embedded_postgres.folder_lock import FolderLock
from runtime.embedded_postgres.postmaster_file import read_postmaster

# The first wait is for the signal the kernel already sent; then we send it ourselves, then a harsher one.
STOPS: tuple[tuple[signal.Signals | None, float], ...] = (
    (None, 5.0),
    (signal.SIGINT, 20.0),
    (signal.SIGQUIT, 10.0),
)


def take_from_orphan(server_lock: FolderLock, cluster: Path) -> None:
    """Take the server's lock, stopping a left-over server if it has to be. Needs the program's lock.

    Raises FolderInUse when it does not go away.
    """
    for stop, seconds in STOPS:
        orphan = read_postmaster(cluster)
        if stop is not None and orphan is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(orphan.pid, stop)
        if server_lock.take_within(seconds):
            return
    orphan = read_postmaster(cluster)
    raise FolderInUse(
        f"{cluster} is still held by a server whose program is gone "
        f"(process {orphan.pid if orphan else 'unknown'}): stop it"
    )
