"""The two struct families everything in the domain is made of."""

from typing import Self

import msgspec


class Value(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A value: compared by content, never changed.

    Facts and commands are values too. `omit_defaults` keeps the log small and lets a later version of a fact gain an
    optional field without a new schema version. Values form no cycles, so the garbage collector need not follow them.
    """


class State(Value, frozen=True):
    """The small, immutable state of an aggregate.

    Every aggregate's state has `savepoint` and `restored`, so that its writer can fold facts before they are committed.
    An immutable state is its own savepoint; `domain/show/state.py` has the other kind.
    """

    def savepoint(self) -> Self:
        """From here on what is folded is tentative."""
        return self

    def restored(self) -> Self:
        """The state at this savepoint."""
        return self
