"""Wrap every secret anew with the first master key, while everything runs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import asyncpg

from cli.stopped import Stopped
from eventstore.postgres.sealer import Sealer
from runtime.authentication.signing_key_table import aad as context_of_signing_key
from runtime.master_key import MasterKey
from runtime.privacy.keyring import context_of as context_of_person

BATCH = 500
SEAL_SECRETS = "eventstore.seal_secrets"
LEASE_SECONDS_MAX = 30.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A column of secrets: `key` finds a row (its SQL type is `key_type`), `context` is what its secret is bound to."""

    table: str
    key: str
    key_type: str
    column: str
    context: Callable[[str], bytes]


WRAPPED = (
    Wrapped("access.signing_keys", "kid", "text", "private_key", context_of_signing_key),
    Wrapped("privacy.secrets", "name", "text", "wrapped_secret", str.encode),
    Wrapped("privacy.people", "person_id", "uuid", "wrapped_key", context_of_person),
)
"""All there are but `SEAL_SECRETS`. A new one needs UPDATE on its column for seatledger_command."""


async def rewrap(pool: "asyncpg.Pool", master: MasterKey, batch: int = BATCH) -> dict[str, int]:
    """How many were wrapped anew, by table. Ended half-way it goes on from there the next time.

    Raises MasterKeyMissing for a secret that none of the given keys unwraps.
    """
    return {each.table: await _rewrap(pool, master, each, batch) for each in WRAPPED}


async def rewrap_seal_keys(sealer: Sealer) -> int:
    """The same for the private keys of seals, which nobody but sealers may read: they take turns with it.

    Raises Stopped when others seal all the time.
    """
    deadline = monotonic() + LEASE_SECONDS_MAX
    while (done := await sealer.rewrap()) is None:
        if monotonic() >= deadline:
            raise Stopped(
                "others seal all the time, so the keys of seals are wrapped as before: run it again"
            )
        await asyncio.sleep(LOOK_SECONDS)
    return done


async def _rewrap(pool: "asyncpg.Pool", master: MasterKey, wrapped: Wrapped, batch: int) -> int:
    done, after = 0, None
    while rows := await pool.fetch(_page(wrapped), after, batch):
        after = rows[-1]["key"]
        fresh = [_anew(master, wrapped, row) for row in rows if not _is_done(master, row)]
        if fresh:
            # What changed meanwhile is left alone: whoever changed it has wrapped it with the first key.
            done += len(await pool.fetch(_update(wrapped), *map(list, zip(*fresh, strict=True))))
    return done


def _is_done(master: MasterKey, row: Any) -> bool:
    return master.is_wrapped_by_first(row["wrapped"])


def _anew(master: MasterKey, wrapped: Wrapped, row: Any) -> tuple[str, bytes, bytes]:
    context = wrapped.context(row["key"])
    return row["key"], row["wrapped"], master.wrap(context, master.unwrap(context, row["wrapped"]))


def _page(wrapped: Wrapped) -> str:
    return f"""SELECT {wrapped.key}::text AS key, {wrapped.column} AS wrapped FROM {wrapped.table}
               WHERE $1::text IS NULL OR {wrapped.key} > $1::text::{wrapped.key_type}
               ORDER BY {wrapped.key} LIMIT $2"""  # noqa: S608 - every word of it stands above


def _update(wrapped: Wrapped) -> str:
    return f"""UPDATE {wrapped.table} AS t SET {wrapped.column} = n.fresh
               FROM unnest($1::text[]::{wrapped.key_type}[], $2::bytea[], $3::bytea[]) AS n (key, old, fresh)
               WHERE t.{wrapped.key} = n.key AND t.{wrapped.column} = n.old
               RETURNING t.{wrapped.key}"""  # noqa: S608 - every word of it stands above
