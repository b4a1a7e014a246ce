"""The address of a server that another program of ours runs: for a second command on the same machine."""

from pathlib import Path

from runtime.embedded_postgres.cluster import SUPERUSER
from runtime.embedded_postgres.folder_lock import is_locked
from runtime.embedded_postgres.postmaster_file import read_postmaster
from runtime.embedded_postgres.socket_folder import dsn


def dsn_of_running(data_dir: Path, *, database: str) -> str | None:
    """The superuser's DSN of the server now running on `data_dir`; None when none is, or it is not ready."""
    if not is_locked(data_dir / "postgres-server.lock"):
        return None
    for cluster in data_dir.glob("postgres-*"):
        said = read_postmaster(cluster)
        if said is not None and said.is_ready:
            return dsn(said.socket_folder, user=SUPERUSER, database=database)
    return None
