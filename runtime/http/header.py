"""One header of a request."""

from collections.abc import Iterable


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """The value of the first header called `name`, which is in lower case, in a request's `scope["headers"]`."""
    for each, value in headers:
        if each == name:
            return value.decode("latin-1")
    return None
