"""Who uses this machine, as it says itself."""

import getpass
import os


def machine_user() -> str:
    """A name, or a number: a container may run as one that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
