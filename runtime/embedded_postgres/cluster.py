"""A data folder: made whole or not at all."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from runtime.embedded_postgres.errors import DidNotStart, OtherVersionsData
from runtime.embedded_postgres.identity import Installation
from runtime.embedded_postgres.kept_process import environment

INITDB_SECONDS_MAX = 180.0
BUILTIN_LOCALE_SINCE = 17
SUPERUSER = "postgres"


def cluster_folder(data_dir: Path, major: int) -> Path:
    """Named with the major version, because another one cannot read it."""
    return data_dir / f"postgres-{major}"


def clusters_in(data_dir: Path) -> list[str]:
    """The names of those that are in `data_dir`, of whatever version; not what is being made or was kept aside."""
    names = (found.name for found in data_dir.glob("postgres-*"))
    return sorted(name for name in names if re.fullmatch(r"postgres-\d+", name))


def prepare_cluster(cluster: Path, installation: Installation, *, durable: bool, lock: int) -> None:
    """Make `cluster` if it does not exist, and hand it to the server's user.

    Needs the folder's locks in hand; initdb inherits `lock`, so an orphaned one still counts as writing.

    Raises OtherVersionsData, DidNotStart.
    """
    # Whatever was being made when a start was killed: it never got its name, so nobody ever wrote to it.
    for leftover in cluster.parent.glob(f"{cluster.name}.new*"):
        shutil.rmtree(leftover)
    if not cluster.exists():
        refuse_other_versions(cluster, installation.major)
        make_cluster(cluster, installation, durable=durable, lock=lock)
    installation.identity.own(cluster)


def refuse_other_versions(cluster: Path, major: int) -> None:
    """Raise rather than start empty beside the data of an older or newer server."""
    for other in clusters_in(cluster.parent):
        raise OtherVersionsData(
            f"{cluster.parent / other} was written by another version and this is PostgreSQL {major}: "
            f"`seatledger upgrade-postgres` copies older data, or move it away to start empty"
        )


def make_cluster(cluster: Path, installation: Installation, *, durable: bool, lock: int) -> None:
    """initdb under a temporary name, then rename."""
    unnamed = cluster.with_name(f"{cluster.name}.new")
    unnamed.mkdir(mode=0o700)
    installation.identity.own(unnamed)
    command = installation.command(
        "initdb",
        f"--pgdata={unnamed}",
        f"--username={SUPERUSER}",
        # Who gets into the socket folder is the superuser; the network is turned off and stays out if turned on.
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        *locale_options(installation.major),
        "--no-instructions",
        *(() if durable else ("--no-sync",)),
    )
    try:
        made = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=cluster.parent,
            env=environment(),
            pass_fds=(lock,),
            timeout=INITDB_SECONDS_MAX,
        )
    except subprocess.TimeoutExpired:
        raise DidNotStart(f"initdb of {cluster} took longer than {INITDB_SECONDS_MAX:.0f} s") from None
    if made.returncode != 0:
        raise DidNotStart(f"initdb of {cluster} failed: {' '.join(made.stderr.split()) or made.returncode}")
    unnamed.rename(cluster)
    if durable:
        sync_folder(cluster.parent)


def locale_options(major: int) -> tuple[str, ...]:
    """Sorting by code point, the same on every machine and for ever (a libc's order changes with its version)."""
    if major >= BUILTIN_LOCALE_SINCE:
        return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    return ("--locale=C.UTF-8",)


def sync_folder(folder: Path) -> None:
    """Make a rename within `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
