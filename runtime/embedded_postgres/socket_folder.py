"""Where the server's unix socket is, and the address that names it."""

import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

from runtime.embedded_postgres.identity import Identity

SOCKET_NAME = ".s.PGSQL.5432"
PATH_BYTES_MAX = 103
"""The kernel's limit on a socket's path: 107 bytes on Linux, 103 on macOS."""


class SocketFolder:
    """A folder with mode 0700 for the socket: in `data_dir`, or a private temporary one if that path is too long.

    Needs the server's lock in hand.
    """

    def __init__(self, data_dir: Path, identity: Identity) -> None:
        wanted = data_dir / "socket"
        self.is_temporary = len(bytes(wanted / SOCKET_NAME)) > PATH_BYTES_MAX
        if self.is_temporary:
            wanted = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
        wanted.mkdir(mode=0o700, exist_ok=True)
        wanted.chmod(0o700)
        identity.own(wanted)
        self.path = wanted

    def clear(self) -> None:
        """Remove a killed server's sockets: their lock files name a process id that another program may have by now."""
        for leftover in self.path.iterdir():
            leftover.unlink()

    def remove(self) -> None:
        """Remove a temporary folder; one in the data folder is used again."""
        if self.is_temporary:
            shutil.rmtree(self.path, ignore_errors=True)


def dsn(folder: Path, *, user: str, database: str) -> str:
    """The address of `database` through the socket in `folder`, in the form asyncpg and libpq read."""
    return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(folder), safe='/')}&port=5432"
