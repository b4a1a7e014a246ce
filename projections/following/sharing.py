"""What the followers of one process share, so that many read models cost little more than one."""

import asyncio
from dataclasses import dataclass
from typing import Self

import asyncpg

from projections.following.decoding import Decoding
from projections.following.passing import Passing
from projections.following.shared_pages import SharedPages
from projections.following.turns import Turns
from runtime.privacy.keyring import Keyring

# While one folds, others wait for the database. Leases beyond that would only be kept from other workers, which have
# a processor of their own to fold on.
LEASES_MAX = 3

# The page that most are at, and the one that somebody has gone on to.
PAGES_DECODED = 2


@dataclass(frozen=True, slots=True)
class Sharing:
    """Pages of the log, what their facts say, calls that pass over them, turns at holding a lease, and people's keys.

    One at a time holds `rebuilding`: a rebuild takes several connections.
    """

    pages: SharedPages
    decoding: Decoding
    passing: Passing
    turns: Turns
    keyring: Keyring
    rebuilding: asyncio.Lock

    @classmethod
    def over(cls, pool: asyncpg.Pool, batch_max: int, keyring: Keyring) -> Self:
        return cls(
            SharedPages(batch_max),
            Decoding(PAGES_DECODED * batch_max),
            Passing(pool),
            Turns(LEASES_MAX),
            keyring,
            asyncio.Lock(),
        )
