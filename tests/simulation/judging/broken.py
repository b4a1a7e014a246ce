"""A law that does not hold."""


class Broken(AssertionError):
    """`law` is the name of the check that saw it."""

    def __init__(self, law: str, what: object) -> None:
        super().__init__(f"{law}: {what}")
        self.law = law


def require(holds: bool, law: str, what: object) -> None:
    """Raises `Broken`."""
    if not holds:
        raise Broken(law, what)
