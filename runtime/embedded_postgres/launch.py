"""Run as a script: take an identity that PostgreSQL accepts, ask to die with the program, and become the command.

    python launch.py IDENTITY PARENT SIGNAL COMMAND...

IDENTITY is `self`, `namespace:<uid>:<gid>` or `user:<uid>:<gid>`; PARENT is the process id of the program, SIGNAL what
this process gets when the program dies. Only the standard library: it starts in a bare interpreter, before any floor.

A process of its own, and not subprocess's `preexec_fn`, because the latter runs Python between fork and exec in a
program that has threads, where any held lock is a deadlock. Because it ends in exec the process id stays the same.
"""

import ctypes
import os
import sys
from pathlib import Path

REFUSED = 77
"""Exit code: the identity cannot be taken here (anything else is the command's own)."""

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Become the command. Exits with REFUSED and one line on stderr when the identity cannot be had."""
    identity, parent, signal, *command = arguments
    kind, *ids = identity.split(":")
    try:
        match kind:
            case "namespace":
                enter_user_namespace(*map(int, ids))
            case "user":
                drop_to_user(*map(int, ids))
            case _:
                pass
        check_reach(command[0], str(Path.cwd()))
    except OSError as error:
        sys.stderr.write(f"{identity}: {error.strerror or error}: {error.filename or command[0]}\n")
        raise SystemExit(REFUSED) from None
    # Asked for last: the kernel forgets the wish whenever a process changes its user.
    die_with_parent(int(parent), int(signal))
    os.execv(command[0], command)


def enter_user_namespace(uid: int, gid: int) -> None:
    """Look like `uid:gid` from within while staying who we are for every file outside."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), "unshare")
    # The kernel lets a process without privileges outside map its group only after it gave up setgroups.
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")


def drop_to_user(uid: int, gid: int) -> None:
    """Become another user for good: groups first, because afterwards we may not change them any more."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def check_reach(*paths: str) -> None:
    """Raise PermissionError for a path that this identity cannot get to, naming it."""
    for path in paths:
        Path(path).stat()


def die_with_parent(parent: int, signal: int) -> None:
    """Get `signal` when the thread that forked us ends (Linux only; elsewhere the next start stops an orphan)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        # The program died before the wish was registered, so nothing would ever tell us.
        raise SystemExit(REFUSED)


if __name__ == "__main__":
    main(sys.argv[1:])
