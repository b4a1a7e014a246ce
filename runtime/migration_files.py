"""Migrations as they lie in a folder: `0001_pre_<what>.sql`, `0002_post_<what>.sql`, numbered without a gap.

`pre` runs before the new code is put in place and must suit the old code too; `post` runs when the old code is gone.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources.abc import Traversable

FILE_NAME = re.compile(r"(?P<number>\d{4})_(?P<part>pre|post)_[a-z0-9_]+\.sql")
ALONE = "-- not in a transaction\n"
"""The first line of a migration that PostgreSQL runs in no transaction, such as CREATE INDEX CONCURRENTLY."""
STATEMENT_END = re.compile(r";[ \t]*(?:\n|\Z)")


class Part(StrEnum):
    """When a migration runs: before the new code is put in place, or when the old code is gone."""

    PRE = "pre"
    POST = "post"


def part_of(name: str) -> Part:
    """The part of a migration called `name`, which may be one that this program does not know."""
    return Part(name.split("_", 2)[1])


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

    @property
    def part(self) -> Part:
        return part_of(self.name)

    @property
    def statements(self) -> list[str]:
        """What to run one by one outside a transaction; empty for a migration that runs in one, as nearly all do.

        Killed between two of them it starts again from the first, so each must bear being repeated.
        """
        if not self.text.startswith(ALONE):
            return []
        pieces = STATEMENT_END.split(self.text.removeprefix(ALONE))
        return [piece for piece in pieces if piece.strip()]


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
