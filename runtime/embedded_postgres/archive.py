"""The write-ahead log kept in a folder, from which a base backup can be taken to any later moment."""

import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

TIMEOUT_SECONDS = 60
"""A piece that is not full is archived after that long, if anything is in it: what is lost with the disk at most."""


def archive_settings(folder: Path) -> Mapping[str, str]:
    """For a server that keeps it. A piece gets its name when it is whole and on the disk, and none is overwritten."""
    target, draft = quoted(folder / "%f"), quoted(folder / ".%f.part")
    keep = f"cp %p {draft} && sync {draft} && mv {draft} {target}"
    return {
        "archive_mode": "on",
        # Asked again after a crash, the same piece may be there already; another one of that name is a mistake.
        "archive_command": f"if test -f {target}; then cmp -s %p {target}; else {keep}; fi",
        "archive_timeout": f"{TIMEOUT_SECONDS}s",
    }


def recovery_settings(folder: Path | None, to_time: datetime | None) -> Mapping[str, str]:
    """For the one start that reads it back: up to a moment, or to the end. Afterwards the server takes writes."""
    if folder is None:
        return {}
    until = {} if to_time is None else {"recovery_target_time": to_time.isoformat(sep=" ")}
    return {
        "restore_command": f"cp {quoted(folder.absolute() / '%f')} %p",
        "recovery_target_action": "promote",
        # Nobody reads until it is over.
        "hot_standby": "off",
        **until,
    }


def quoted(path: Path) -> str:
    """For the shell, by way of a setting in which only our own percent signs mean something."""
    name = path.name
    return shlex.quote(f"{str(path.parent).replace('%', '%%')}/{name}")
