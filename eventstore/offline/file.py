"""What an auditor brings: an export, perhaps compressed; a public key; seals that were saved."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from eventstore.seals.kept import UnreadableSeals, read_saved
from eventstore.seals.key import SealKey

GZIPPED = b"\x1f\x8b"
PUBLIC_BYTES = 32


class NotAKey(Exception):
    """Says why something is not a public key."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[Iterator[bytes], BinaryIO]]:
    """The lines of a file, unpacked if it is compressed, and the file itself, for how far in it they have got.

    Raises OSError, also for a compressed file that is cut off or damaged.
    """
    with path.open("rb") as file:
        is_packed = file.read(2) == GZIPPED
        file.seek(0)
        yield (_unpacked(file) if is_packed else iter(file)), file


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    with gzip.open(file) as lines:
        try:
            yield from cast("Iterator[bytes]", lines)
        except EOFError as error:
            raise OSError(f"the compressed file is cut off: {error}") from None
        except zlib.error as error:
            raise OSError(f"the compressed file is damaged: {error}") from None


def public_key(given: str) -> bytes:
    """A public key: 64 hex digits, or a file that holds them, or seals or keys as they were saved.

    Raises NotAKey, and OSError where a file cannot be read.
    """
    text = given.strip()
    if not _is_hex(text):
        path = Path(given)
        if not path.exists():
            raise NotAKey(f"{given} is neither a public key of 64 hex digits nor a file")
        text = path.read_bytes().decode(errors="replace").strip()
    return bytes.fromhex(text) if _is_hex(text) else _saved_key(Path(given))


def _is_hex(text: str) -> bool:
    return len(text) == 2 * PUBLIC_BYTES and not set(text) - set("0123456789abcdefABCDEF")


def _saved_key(path: Path) -> bytes:
    """The first key in a file of lines."""
    try:
        for each in read_saved(path):
            if isinstance(each, SealKey):
                return each.public
    except UnreadableSeals as error:
        raise NotAKey(str(error)) from None
    raise NotAKey(f"{path} holds no public key")
