"""What must not be of the fact that is being looked at."""

from eventstore.violations import Finding
from projections.watching.invariant import Invariant


class Telling:
    """Collects findings about one show. What is beyond a limit is told when it goes there, and not again until it was
    within.
    """

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._position = 0
        self._found: list[Finding] = []
        self._beyond: set[str] = set()

    def begin(self, position: int) -> list[Finding]:
        """The next fact; what is told from here on is in the list."""
        self._position, self._found = position, []
        return self._found

    def tell(self, invariant: Invariant, what: str, problem: str) -> None:
        """`what` is the thing that is wrong, without anything about a person, as `problem` is."""
        cause = f"{self._stream}: {what} at position {self._position}"
        self._found.append(Finding(invariant, cause, self._position, f"{self._stream}: {problem}"))

    def limit(self, invariant: Invariant, what: str, used: int, limit: int) -> None:
        """There must not be more than `limit`."""
        key = f"{invariant} {what}"
        if used <= limit:
            self._beyond.discard(key)
        elif key not in self._beyond:
            self._beyond.add(key)
            self.tell(invariant, what, f"{what} has {used} of {limit}")

    def ease(self, invariant: Invariant, what: str, used: int, limit: int) -> None:
        """There is less than there was: if that is within the limit, going beyond it once more is news."""
        if used <= limit:
            self._beyond.discard(f"{invariant} {what}")

    @property
    def is_anything_beyond(self) -> bool:
        return bool(self._beyond)
