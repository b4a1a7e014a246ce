"""`postmaster.pid`, the file a server writes about itself: who it is, where its socket is, and whether it is ready."""

import sys
from dataclasses import dataclass
from pathlib import Path

NAME = "postmaster.pid"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a running (or dead) server last said about itself."""

    pid: int
    socket_folder: Path
    is_ready: bool


def read_postmaster(cluster: Path) -> Postmaster | None:
    """What the file of `cluster` says; None when there is none or it is still being written."""
    try:
        lines = (cluster / NAME).read_text().splitlines()
        # pid, data folder, start time, port, socket folder, listen address, shared memory, status
        return Postmaster(int(lines[0]), Path(lines[4]), len(lines) > 7 and lines[7].strip() == "ready")
    except (OSError, ValueError, IndexError):
        return None


def forget_stale_pid(cluster: Path) -> None:
    """Remove a stale file whose process id belongs to another program by now, or to a process that is only a corpse.

    PostgreSQL removes a file of a vanished process by itself, but refuses while a process with that id exists. In a
    container that is likely: ids are small there, and often nobody buries the dead. Needs the server's lock in hand.
    """
    said = read_postmaster(cluster)
    if said is None or sys.platform != "linux":
        return
    process = Path(f"/proc/{said.pid}")
    try:
        # A server stands in its data folder, whoever started it.
        is_its_server = (process / "cwd").samefile(cluster)
    except FileNotFoundError:
        # A corpse stands nowhere; of a vanished process PostgreSQL itself makes sure that no child is left.
        is_its_server = not process.exists()
    except OSError:
        # Not ours to look at: PostgreSQL decides.
        return
    if not is_its_server:
        (cluster / NAME).unlink(missing_ok=True)
