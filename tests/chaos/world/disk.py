"""A disk for the database that is small enough to be filled."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

SIZE = "512m"


class SmallDisk:
    """Memory mounted as a disk where that is wanted and allowed; else a folder as any other, which cannot be filled."""

    def __init__(self, folder: Path, *, is_wanted: bool) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        self.is_small, self.why_not = False, "nobody wants it"
        folder.mkdir()
        if is_wanted:
            self._mount()

    def _mount(self) -> None:
        words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", str(self.folder)]
        try:
            mounted = subprocess.run(words, capture_output=True, text=True, check=False)
        except OSError as error:
            self.why_not = str(error)
            return
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
