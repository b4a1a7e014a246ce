"""What a backup says about itself: enough to prove, once it is restored, that nothing is missing or altered."""

from hashlib import file_digest
from pathlib import Path

import msgspec

from cli.stopped import Stopped

FILE = "manifest.json"
FORMAT = 1


class LogStand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log up to `position`: the root over all facts up to there, in hex, and the last seal's size."""

    position: int
    root: str
    sealed_to: int


class Migration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """One that was applied."""

    source: str
    number: int
    checksum: str


class BackedUpFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the backup."""

    name: str
    bytes: int
    sha256: str


class Owned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """Something in the database that belongs to another role than most: `kind` as ALTER has it."""

    kind: str
    name: str
    owner: str


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """`member` may become `role`."""

    role: str
    member: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`kind` is `dump`, of one database, or `base`, of a whole server's files, to which later changes can be added.

    `log` is exactly what a dump holds; a base holds that and perhaps more. `master_keys` name those that wrap secrets
    in it. `read_tables` are their digests by read model, where a dump has them.
    """

    format: int = FORMAT
    kind: str
    made_at: str
    program: str
    server: int
    log: LogStand
    migrations: list[Migration]
    master_keys: list[str]
    roles: list[str]
    members: list[Member]
    owned: list[Owned]
    read_tables: dict[str, dict[str, str]]
    files: list[BackedUpFile]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Last of all: a folder without one is no backup."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    draft = folder / f"{FILE}.part"
    draft.write_bytes(text + b"\n")
    draft.rename(folder / FILE)


def read_manifest(folder: Path) -> Manifest:
    """Raises Stopped for a folder that holds no whole backup, or one of a newer program."""
    try:
        manifest = msgspec.json.decode((folder / FILE).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise Stopped(f"{folder} holds no backup, or one that was not finished: there is no {FILE}") from None
    except (OSError, msgspec.MsgspecError) as error:
        raise Stopped(f"{folder / FILE} cannot be read: {error}") from None
    if manifest.format != FORMAT:
        raise Stopped(f"{folder} is of format {manifest.format}, and this program knows {FORMAT}")
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises Stopped that names the first file that is not what was backed up."""
    for each in manifest.files:
        path = folder / each.name
        if not path.is_file() or backed_up(path, folder) != each:
            raise Stopped(f"{path} is not the file that was backed up: use another backup")


def backed_up(path: Path, folder: Path) -> BackedUpFile:
    """What the manifest says of a file."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return BackedUpFile(str(path.relative_to(folder)), path.stat().st_size, digest)
