"""As whom the server runs: as ourselves, or where that is root, seen through a user namespace, or as another user."""

import os
import pwd
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded_postgres import launch
from runtime.embedded_postgres.errors import DidNotStart, NoIdentity

PREFERRED_USERS = ("postgres", "nobody")
ASK_SECONDS_MAX = 20.0


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity and what must belong to whom for it to work."""

    launch: str
    """The launcher's first argument: `self`, `namespace:<uid>:<gid>` or `user:<uid>:<gid>`."""
    owner: tuple[int, int]
    """User and group, as seen from outside, that must own the server's files."""

    def command(
        self, program: Path, *arguments: str, when_we_die: signal.Signals = signal.SIGKILL
    ) -> list[str]:
        """The command line that runs `program` as this identity and ends it with us."""
        launcher = [
            sys.executable,
            "-I",
            launch.__file__,
            self.launch,
            str(os.getpid()),
            str(int(when_we_die)),
        ]
        return [*launcher, str(program), *arguments]

    def own(self, folder: Path) -> None:
        """Hand a folder and what is in it to the server's user; free when it already is so."""
        if os.geteuid() != 0 or folder.stat().st_uid == self.owner[0]:
            return
        for path in folder.rglob("*"):
            os.chown(path, *self.owner, follow_symlinks=False)
        # The folder itself last, so that an interrupted walk is seen and repeated.
        os.chown(folder, *self.owner)


@dataclass(frozen=True, slots=True)
class Installation:
    """A PostgreSQL that runs on this machine: the folder of its programs, as whom, and which major version."""

    binaries: Path
    identity: Identity
    major: int

    def command(
        self, program: str, *arguments: str, when_we_die: signal.Signals = signal.SIGKILL
    ) -> list[str]:
        """The command line of one of its programs."""
        return self.identity.command(self.binaries / program, *arguments, when_we_die=when_we_die)


def try_out(binaries: Path) -> Installation:
    """The first identity as which `postgres` runs here.

    Asking for the version is what tries an identity out: one exec answers both. Raises NoIdentity, DidNotStart.
    """
    refusals = []
    for identity in identities():
        asked = subprocess.run(
            identity.command(binaries / "postgres", "--version"),
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            timeout=ASK_SECONDS_MAX,
        )
        if asked.returncode == launch.REFUSED:
            refusals.append(asked.stderr.strip())
            continue
        version = re.search(r"\(PostgreSQL\) (\d+)", asked.stdout)
        if asked.returncode != 0 or version is None:
            cause = " ".join(asked.stderr.split()) or f"exit code {asked.returncode}"
            raise DidNotStart(f"{binaries / 'postgres'} does not run: {cause}")
        return Installation(binaries, identity, int(version[1]))
    raise NoIdentity(
        "PostgreSQL refuses to run as root and no other identity can be had "
        f"({'; '.join(refusals)}): run as an ordinary user, or set DATABASE_URL to a server"
    )


def identities() -> Iterator[Identity]:
    """What to try, best first: a namespace changes no owner of any file, so it goes before another user."""
    if os.geteuid() != 0:
        yield Identity("self", (os.geteuid(), os.getegid()))
        return
    for user in unprivileged_users():
        if sys.platform == "linux":
            # initdb looks its own user up by number, so the number inside must be one that passwd knows.
            yield Identity(f"namespace:{user.pw_uid}:{user.pw_gid}", (0, os.getegid()))
        yield Identity(f"user:{user.pw_uid}:{user.pw_gid}", (user.pw_uid, user.pw_gid))


def unprivileged_users() -> Iterator[pwd.struct_passwd]:
    """Those users of PREFERRED_USERS that exist on this machine."""
    for name in PREFERRED_USERS:
        try:
            yield pwd.getpwnam(name)
        except KeyError:
            continue
