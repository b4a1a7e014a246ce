"""A number that rises when anything that was found good may be good no more."""


class Epoch:
    """What was checked in the epoch of `number` need not be checked again while it lasts."""

    __slots__ = ("number",)

    def __init__(self) -> None:
        self.number = 0

    def end(self) -> None:
        """From now on everything is looked at again, once."""
        self.number += 1
