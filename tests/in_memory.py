"""Where the servers of tests keep their files: nobody will miss them, and to copy a database is to copy three hundred."""

import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_MIN = 4 << 30
"""Ten times what all of them need at once. Containers often have less, and then it is the disk."""


def in_memory() -> str | None:
    """A folder that lives in memory, for `tempfile`; None, which leaves it the choice, where there is none or no room."""
    try:
        has_room = shutil.disk_usage(MEMORY).free >= ROOM_MIN
    except OSError:
        return None
    return str(MEMORY) if has_room else None
