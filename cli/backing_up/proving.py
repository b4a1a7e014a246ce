"""Prove of a restored database that it is what was backed up: the chain, the seals, the root, and the read tables."""

from dataclasses import dataclass

from audit_api.verification import verify_log
from cli.auditing.bars import bar
from cli.auditing.reading import audit_pool
from cli.auditing.verify import PAGE
from cli.backing_up.manifest import Manifest
from cli.backing_up.stand import connected, log_stand, read_table_digests
from eventstore.offline.said import finding
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.tree import TreeBroken
from projections.read_models import PROJECTORS


@dataclass(frozen=True, slots=True)
class Proof:
    """`read_tables` are as many read models as were proved equal; those `to_rebuild` are empty or were not."""

    position: int
    seals: int
    read_tables: int
    to_rebuild: list[str]
    first_bad: str | None = None


async def proved(dsn: str, manifest: Manifest, *, read_tables: bool = True) -> Proof:
    """Every fact is hashed again. Read models that are not what they were are set back, to be filled anew; without
    `read_tables` they are left alone.
    """
    async with audit_pool(dsn) as pool:
        with bar("verifying") as progress:
            store, chains, seals = PostgresStore(pool), PostgresChains(pool), PostgresSeals(pool)
            verdict = await verify_log(store, chains, seals, progress, page_max=PAGE)
    if verdict.first_bad is not None:
        return Proof(verdict.position, verdict.seals, 0, [], finding(verdict.first_bad))
    if why := await differs(dsn, manifest):
        return Proof(verdict.position, verdict.seals, 0, [], why)
    if manifest.kind == "base" or not read_tables:
        # Files are as they were, all at one moment.
        return Proof(verdict.position, verdict.seals, 0, [])
    to_rebuild = await set_back(dsn, manifest)
    proved_equal = len(PROJECTORS) - len(to_rebuild)
    return Proof(verdict.position, verdict.seals, proved_equal, to_rebuild)


async def differs(dsn: str, manifest: Manifest) -> str | None:
    """How the log differs from what the backup says it was; None when it does not."""
    connection = await connected(dsn)
    try:
        end = await PostgresStore(connection).last_position()
        if end < manifest.log.position:
            return f"it has {end:,} facts, and the backup had {manifest.log.position:,}"
        found = await log_stand(connection, manifest.log.position)
    except TreeBroken as error:
        return str(error)
    finally:
        await connection.close()
    if found.root != manifest.log.root:
        was = manifest.log.root
        return f"up to position {found.position:,} the root is {found.root[:16]}, and was {was[:16]}"
    return None


# Without a version there are no live tables: a worker makes them, and applies the log from its first fact on.
FORGET = """WITH unparked AS (DELETE FROM eventstore.parked WHERE log_id = 1 AND subscription = ANY ($1::text[]))
            DELETE FROM projections.projectors WHERE name = ANY ($1::text[])"""


async def set_back(dsn: str, manifest: Manifest) -> list[str]:
    """The read models that are not as they were, which workers now fill anew."""
    connection = await connected(dsn)
    try:
        found = await read_table_digests(connection)
        names = [
            name for name in PROJECTORS if name not in found or found[name] != manifest.read_tables.get(name)
        ]
        await connection.execute(FORGET, names)
    finally:
        await connection.close()
    return names
