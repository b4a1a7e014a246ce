"""People with keys, for tests of whatever folds or shows what is about them."""

from asyncpg.pool import Pool, PoolConnectionProxy

from runtime.master_key import MasterKey
from runtime.privacy.keyring import Keyring

MASTER = MasterKey([bytes(range(32))])


def keyring_over(pool: "Pool | PoolConnectionProxy") -> Keyring:
    """One that remembers nobody yet, as that of a process that has just started."""
    return Keyring(pool, MASTER)
