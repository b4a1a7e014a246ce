"""Where a worker stands among those of its host."""

from dataclasses import dataclass
from pathlib import Path
from zlib import crc32


@dataclass(frozen=True)
class Place:
    """Number `number`, from 0, of `count`; all of them have their sockets in `folder`, which is theirs alone."""

    number: int
    count: int
    folder: Path

    def owner_of(self, stream: str) -> int:
        """The number of the worker that decides about a stream: the same for whoever asks, in whichever process."""
        return crc32(stream.encode()) % self.count

    def socket(self, number: int) -> Path:
        """Where that worker can be reached."""
        return self.folder / f"{number}.sock"

    @property
    def others(self) -> tuple[int, ...]:
        """The numbers of all workers but this one."""
        return tuple(number for number in range(self.count) if number != self.number)
