"""Where the servers of tests keep their files.

Nobody will miss them, and a test's database is three hundred of them: on a disk, to copy and drop it takes twice the
time, and on a busy one ten times.
"""

import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_MIN = 4 << 30
"""Ten times what all of them need at once. Containers often have less, and then it is the disk."""


def in_memory() -> str | None:
    """A folder in memory, for `tempfile`; None, which leaves it the choice, where there is none or too little room."""
    try:
        has_room = shutil.disk_usage(MEMORY).free >= ROOM_MIN
    except OSError:
        return None
    return str(MEMORY) if has_room else None
