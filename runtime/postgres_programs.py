"""PostgreSQL's own programs, such as pg_dump: found in the version that a server needs, and run on it."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from runtime.database import cause
from runtime.database_hosts import written
from runtime.embedded_postgres.binaries import candidates

ASK_SECONDS_MAX = 20.0


class NoProgram(RuntimeError):
    """One line: which program of PostgreSQL is missing, and where it is looked for."""


class ProgramFailed(RuntimeError):
    """One line: which program failed, and its last word."""


def program(name: str, server_major: int) -> Path:
    """The program for a server of that major version: of the same one, or else of a newer one, which reads older ones.

    Raises NoProgram.
    """
    found = {major: path for path, major in reversed(list(versions(name)))}
    for major in (server_major, *sorted(found)):
        if major >= server_major and major in found:
            return found[major]
    here = f"only of {', '.join(map(str, sorted(found)))}" if found else "there is none"
    raise NoProgram(
        f"the server is PostgreSQL {server_major} and needs {name} of that version or newer; on this machine {here}: "
        f"install PostgreSQL's client programs"
    )


def versions(name: str) -> Iterator[tuple[Path, int]]:
    """Every such program on this machine, the one we bring ourselves first, with its major version."""
    for folder in candidates():
        path = folder / name
        if os.access(path, os.X_OK):
            asked = subprocess.run(
                [path, "--version"],
                capture_output=True,
                text=True,
                check=False,
                timeout=ASK_SECONDS_MAX,
            )
            if said := re.search(r"\(PostgreSQL\) (\d+)", asked.stdout):
                yield path, int(said[1])


def run_on(dsn: str, path: Path, *arguments: str) -> None:
    """Run it on a database to its end. Raises ProgramFailed.

    The password goes by the environment, which other users cannot read; a command line everybody can.
    """
    address, password = without_password(dsn)
    own = {"LC_ALL": "C", **({} if password is None else {"PGPASSWORD": password})}
    done = subprocess.run(
        [path, f"--dbname={address}", "--no-password", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **own},
    )
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if "rror:" in line] or done.stderr.splitlines()
        word = cause(RuntimeError(said[0] if said else f"exit code {done.returncode}"), dsn)
        raise ProgramFailed(f"{path.name} failed: {word}")


def check_with(path: Path, *arguments: Path) -> None:
    """Run one that looks at files. Raises ProgramFailed."""
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.splitlines()
        raise ProgramFailed(said[0] if said else f"{path.name} failed with exit code {done.returncode}")


def without_password(dsn: str) -> tuple[str, str | None]:
    """The same address with nothing secret in it, and the password."""
    url = urlsplit(dsn)
    terms = dict(parse_qsl(url.query, keep_blank_values=True))
    password = terms.pop("password", None)
    user, at, hosts = url.netloc.rpartition("@")
    name, colon, secret = user.partition(":")
    if colon:
        password = unquote(secret)
    return url._replace(netloc=f"{name}{at}{hosts}", query=written(terms)).geturl(), password
