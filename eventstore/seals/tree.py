"""The Merkle tree over the log, as in RFC 6962: leaf number i is the fact at position i + 1.

A leaf says which fact of which stream stands at which position. So the tree covers what the chains of the streams do
not: the order of facts of different streams, and how many there are.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from struct import Struct

# Position and version, eight bytes each, the highest first; behind the byte that no inner node begins with.
_LEAF = Struct(">cqq")
_NODE = b"\x01"

NOTHING = sha256().digest()
"""The root of no leaves."""


def leaf(position: int, stream: str, version: int, digest: bytes) -> bytes:
    """SHA-256(0x00, position, version, the fact's hash, the stream's name in UTF-8)."""
    return sha256(_LEAF.pack(b"\x00", position, version) + digest + stream.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01, left, right)."""
    return sha256(_NODE + left + right).digest()


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees that stand side by side, the largest first."""
    if not peaks:
        return NOTHING
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node(peak, root)
    return root


class Tree:
    """Grows leaf by leaf, and remembers no more than its peaks: one hash for each bit of its size."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Go on from a tree of `size` leaves with these peaks, the largest first."""
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> list[bytes]:
        """One perfect subtree for each bit of the size that is set, the largest first."""
        return list(self._peaks)

    @property
    def root(self) -> bytes:
        return root_of(self._peaks)

    def add(self, digest: bytes) -> None:
        """The next leaf."""
        size, peaks = self.size, self._peaks
        # Each bit that is set, from the lowest, is a subtree that waits for its right neighbour.
        while size & 1:
            digest = sha256(_NODE + peaks.pop() + digest).digest()
            size >>= 1
        peaks.append(digest)
        self.size += 1

    def add_block(self, level: int, digest: bytes) -> list[bytes]:
        """The next `2**level` leaves at once, by the root over them; the size must be a multiple of that.

        The subtrees that are complete now: this one and then those above it, each twice as large.
        """
        done, blocks = [digest], self.size >> level
        while blocks & 1:
            digest = node(self._peaks.pop(), digest)
            done.append(digest)
            blocks >>= 1
        self._peaks.append(digest)
        self.size += 1 << level
        return done
