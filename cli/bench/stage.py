"""Where a run takes place: a throw-away PostgreSQL that really writes to the disk, and the keys all sides share."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import asyncpg

from cli.bench.cpu import cpu_of
from cli.upgrade import upgrade
from runtime.authentication.key_ring import KeyRing, ring_of
from runtime.authentication.signing_key import new_signing_key
from runtime.authentication.signing_key_table import make_first
from runtime.authentication.tokens import Tokens
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.identity import Caller, Role
from runtime.ids import new_bytes, new_id, utc_now
from runtime.master_key import KEY_BYTES, MasterKey
from runtime.settings import Settings, TokenAlgorithm, load_settings

TOKEN_SECONDS = 86_400

# Restored after each run of a side, so that none inherits the other's dirty pages or dead rows.
CLEAN = ("CHECKPOINT", "VACUUM bench.events, bench.places, eventstore.log, eventstore.streams")


@dataclass(frozen=True)
class Stage:
    """`folder` is gone after the run. `database` is a connection as superuser, for opening sales and checking them."""

    folder: Path
    dsn: str
    master_key: str
    ring: KeyRing
    postgres: EmbeddedPostgres
    database: asyncpg.Connection

    @property
    def settings(self) -> Settings:
        """The environment's, but for what makes a run a run."""
        return load_settings(
            data_dir=self.folder, master_key=self.master_key, access_token_seconds=TOKEN_SECONDS
        )

    def tokens(self, number: int) -> list[str]:
        """Access tokens of so many different customers."""
        issuer = self._issuer()
        return [
            issuer.issue(Caller(new_id(), Role.CUSTOMER, f"Customer {place}", f"customer{place}@example.org"))
            for place in range(number)
        ]

    def token(self, caller: Caller) -> str:
        """An access token of theirs."""
        return self._issuer().issue(caller)

    def staff_token(self) -> str:
        """An administrator's."""
        return self.token(Caller(new_id(), Role.ADMIN, "Bench", "bench@example.org"))

    def _issuer(self) -> Tokens:
        return Tokens(self.ring, TOKEN_SECONDS)

    def postgres_cpu(self) -> float | None:
        """CPU seconds of the database server so far."""
        return cpu_of(self.postgres.process_id)

    async def clean(self) -> None:
        """The same start for every measurement."""
        for statement in CLEAN:
            await self.database.execute(statement)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Set up, and torn down at the end whatever happens."""
    with tempfile.TemporaryDirectory(prefix="seatledger-bench-") as base:
        folder = Path(base)
        # Where root may not make a user namespace the server runs as another user, who must be able to pass.
        await asyncio.to_thread(folder.chmod, 0o711)
        postgres = EmbeddedPostgres(folder / "postgres", durable=True)
        dsn = await asyncio.to_thread(postgres.start)
        try:
            await upgrade(dsn)
            database = await asyncpg.connect(dsn)
            try:
                await database.execute(files("cli.bench.sides").joinpath("tables.sql").read_text())
                master, ring = await _keys(dsn)
                yield Stage(folder, dsn, master, ring, postgres, database)
            finally:
                await database.close()
        finally:
            await asyncio.to_thread(postgres.stop)


async def _keys(dsn: str) -> tuple[str, KeyRing]:
    """A master key, and the signing key that it wraps in the database: the servers verify what we sign."""
    master, key = new_bytes(KEY_BYTES), new_signing_key(TokenAlgorithm.EDDSA, utc_now())
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        await make_first(pool, key, MasterKey([master]))
    return master.hex(), ring_of(key)
