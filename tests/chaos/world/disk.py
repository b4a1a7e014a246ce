"""A disk for the database that is small enough to be filled."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

SIZE = "512m"


class SmallDisk:
    """Memory mounted as a disk, where that is allowed; else it is a folder like any other and cannot be filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        self.is_small = mounted.returncode == 0
        self.why_not = mounted.stderr.strip()

    def fill(self) -> None:
        """Nothing is left. What becomes free meanwhile is taken by the next call."""
        descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            free = os.fstatvfs(descriptor)
            size = os.fstat(descriptor).st_size
            if free.f_bavail:
                with suppress(OSError):
                    os.posix_fallocate(descriptor, size, free.f_bavail * free.f_frsize)
        finally:
            os.close(descriptor)

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def unmount(self) -> None:
        if self.is_small:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)
