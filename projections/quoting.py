"""Errors of the database quote what they refuse: where people's words stand in the clear, nobody is to read them there.

Such an error is logged, and written down beside the stream that is parked for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from projections.projector import Projector

# Those that are about values: what does not fit its column, breaks a constraint or is too large.
QUOTING = ("22", "23", "54")


@contextmanager
def nobody_is_quoted(projector: Projector) -> Iterator[None]:
    """Leave of an error about values its kind and nothing else, for a projector that opens what is encrypted."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if projector.opens is None or not (error.sqlstate or "").startswith(QUOTING):
            raise
        raise type(error)(
            f"{error.sqlstate}: what it quotes is not told, as it may be about a person"
        ) from None
