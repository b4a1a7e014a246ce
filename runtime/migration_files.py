"""Migrations as they lie in a folder: `0001_pre_<what>.sql`, `0002_post_<what>.sql`, numbered without a gap.

`pre` runs before the new code is put in place and must suit the old code too; `post` runs when the old code is gone.
"""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources.abc import Traversable

FILE_NAME = re.compile(r"(?P<number>\d{4})_(?:pre|post)_[a-z0-9_]+\.sql")


class MigrationRefused(Exception):
    """Files and database disagree in a way that nobody may settle by machine; one line says how."""


@dataclass(frozen=True, slots=True)
class MigrationSource:
    """A folder of migrations with a name of its own, such as `eventstore`."""

    name: str
    folder: Traversable


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. `checksum` is the SHA-256 of its text, in hex."""

    source: str
    number: int
    name: str
    text: str
    checksum: str

    def __str__(self) -> str:
        return f"{self.source}/{self.name}"


def read_migrations(source: MigrationSource) -> list[Migration]:
    """Every migration of a source, in order. Raises MigrationRefused for a name or a number that does not fit."""
    files = sorted(
        (file for file in source.folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name
    )
    migrations = [read_migration(source, file) for file in files]
    for expected, migration in enumerate(migrations, start=1):
        if migration.number != expected:
            raise MigrationRefused(
                f"{migration} should have number {expected:04}: numbers have no gaps and no doubles"
            )
    return migrations


def read_migration(source: MigrationSource, file: Traversable) -> Migration:
    """One file, its line ends made equal so that a checkout on another system has the same checksum."""
    name = FILE_NAME.fullmatch(file.name)
    if name is None:
        raise MigrationRefused(
            f"{source.name}/{file.name} is not named like 0001_pre_what.sql or 0001_post_what.sql"
        )
    text = file.read_bytes().replace(b"\r\n", b"\n")
    return Migration(
        source=source.name,
        number=int(name["number"]),
        name=file.name.removesuffix(".sql"),
        text=text.decode(),
        checksum=hashlib.sha256(text).hexdigest(),
    )
