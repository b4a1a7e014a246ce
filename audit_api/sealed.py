"""Seals as requests name them, and the problems of those that there are not."""

from eventstore.postgres.seals import PostgresSeals
from eventstore.seals.seal import Seal
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.problems import Problem

LATEST = "latest"


async def seal_named(seals: PostgresSeals, size: str) -> Seal:
    """The seal of that size, or the latest. Raises Problem 404 `seal-not-found`, and `StoreUnavailable`."""
    number = int(size) if size.isascii() and size.isdecimal() else 0
    if size == LATEST:
        found = await seals.last()
    else:
        found = await seals.seal(number) if 0 < number <= BIGINT_MAX else None
    if found is None:
        raise Problem.of(404, "seal-not-found", "There is no seal of this size", size=size)
    return found


async def seal_of_size(seals: PostgresSeals, size: int | None) -> Seal:
    """The same, where the latest is meant if nothing is said."""
    return await seal_named(seals, LATEST if size is None else str(size))
