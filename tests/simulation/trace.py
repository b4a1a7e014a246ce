"""What happened in a schedule, in order: a digest, by which two runs are compared, and counts of what was reached."""

from collections import Counter
from collections.abc import Callable
from hashlib import blake2b


class Trace:
    """`says` gets each line, for whoever looks into one seed."""

    def __init__(self, says: Callable[[str], None] | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self._says = says
        self._digest = blake2b(digest_size=16)

    def note(self, at: float, who: str, what: str) -> None:
        line = f"{at:10.4f} {who:10} {what}"
        self._digest.update(line.encode())
        if self._says is not None:
            self._says(line)

    def count(self, what: str, times: int = 1) -> None:
        """One more of what this schedule was to reach."""
        self.counts[what] += times

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()
