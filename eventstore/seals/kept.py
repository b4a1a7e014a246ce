"""Seals kept in a file outside the database: a line of JSON each, keys among them. Lines are only ever added."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from eventstore.seals.key import SealKey, key_line, key_of
from eventstore.seals.seal import Seal, seal_line, seal_of

TAIL_BYTES = 65_536
"""How far from the end the last seal is looked for: there are only keys behind it, and lines that a crash cut off."""


class UnreadableSeals(Exception):
    """Names the line of a file of seals that is not one."""


def file_at(place: str, log_id: int) -> Path:
    """The file of a path or file URL, which may name a folder: there it gets a name of its own."""
    path = Path(unquote(urlsplit(place).path) if place.startswith("file:") else place)
    return path if path.suffix == ".ndjson" else path / f"seals-{log_id}.ndjson"


def saved_seals(path: Path) -> Iterator[Seal | SealKey]:
    """What is in a file that must have a seal in it: held against nothing, a log is as good as unsealed.

    Raises UnreadableSeals, and OSError.
    """
    if not any(isinstance(each, Seal) for each in read_saved(path)):
        raise UnreadableSeals(f"there is no seal in {path}")
    return read_saved(path)


def read_saved(path: Path) -> Iterator[Seal | SealKey]:
    """What is in a file now; what is added while it is read is left out. Raises UnreadableSeals, and OSError.

    A line that is the beginning of the next one was cut off by a crash, and then written anew.
    """
    return _opened(path, path.stat().st_size)


def _opened(path: Path, end: int) -> Iterator[Seal | SealKey]:
    with path.open("rb") as file:
        yield from _read(file, end, path)


def _read(file: Iterable[bytes], end: int, path: Path) -> Iterator[Seal | SealKey]:
    read, torn = 0, None
    for number, line in enumerate(file, start=1):
        read += len(line)
        if read > end or not line.endswith(b"\n"):
            break
        text = line[:-1]
        found = _parsed(text)
        if torn is not None and not text.startswith(torn):
            raise UnreadableSeals(f"line {number - 1} of {path} is neither a seal nor a key")
        torn = text if found is None else None
        if found is not None:
            yield found
    if torn is not None:
        raise UnreadableSeals(f"the last line of {path} is neither a seal nor a key")


def _parsed(line: bytes) -> Seal | SealKey | None:
    try:
        return seal_of(line) if line.startswith(b'{"seal"') else key_of(line)
    except ValueError:
        return None


class KeptSeals:
    """The file that a sealer adds to. One at a time does: whoever calls this holds the sealers' lease."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self) -> tuple[Seal | None, int]:
        """The last seal in the file, and the number of the last key near its end; None and 0 where there is none.

        Raises UnreadableSeals, and OSError.
        """
        if not self.path.exists():
            return None, 0
        lines = self._whole_lines_at_the_end()
        found = [_parsed(line) for line in lines]
        if lines and not any(found):
            raise UnreadableSeals(f"the end of {self.path} holds neither seals nor keys")
        key = max((each.number for each in found if isinstance(each, SealKey)), default=0)
        return next((each for each in reversed(found) if isinstance(each, Seal)), None), key

    def _whole_lines_at_the_end(self) -> list[bytes]:
        with self.path.open("rb") as file:
            begin = max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES)
            file.seek(begin)
            lines = file.read().split(b"\n")
        # What follows the last line's end was cut off by a crash; what the first one begins with may lie before.
        return lines[1 if begin else 0 : -1]

    def add(self, lines: Iterable[Seal | SealKey]) -> None:
        """Write them, and return when they are on the disk. Raises OSError."""
        text = b"".join(
            (seal_line(each) if isinstance(each, Seal) else key_line(each)) + b"\n" for each in lines
        )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            if file.tell() and not self._ends_whole():
                # A crash has cut the last line off. It cannot be taken back, so the next one begins below it.
                file.write(b"\n")
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def _ends_whole(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"
