"""Room for thousands of connections: each is an open file, and most systems allow a thousand unless asked."""

import sys

OPEN_FILES = 65_536


def allow_open_files() -> None:
    """Let this process have that many, or as many as it may."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - does not exist on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
