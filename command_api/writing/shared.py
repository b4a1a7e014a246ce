"""Whether other processes write the same stream, and so much that taking turns is worth it."""

LOST_MIN = 4
"""Commands decided for nothing by one conflict: fewer are no loss, and a stream with so few flies with all others."""

TURNS_ALONE_MAX = 32
"""After so many turns in which nobody else had written, one goes on without."""


class Shared:
    """What one writer knows of the others.

    One show through four processes took half the CPU for a booking in turns, and sold twice as much (ADR 38).
    """

    __slots__ = ("_alone", "_began_at", "is_contended")

    def __init__(self) -> None:
        self.is_contended = False
        self._alone = 0
        self._began_at = 0

    def lost(self, commands: int) -> None:
        """A batch of so many commands came second."""
        if commands >= LOST_MIN:
            self.is_contended = True
            self._alone = 0

    def turn_begins(self, version: int) -> None:
        """The stream stood there when this process wrote it last."""
        self._began_at = version

    def turn_has_read(self, version: int) -> None:
        """And there when its turn had come."""
        self._alone = self._alone + 1 if version == self._began_at else 0
        if self._alone > TURNS_ALONE_MAX:
            self.is_contended = False
