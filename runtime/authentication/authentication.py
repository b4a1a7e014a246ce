"""Everything that authentication is made of in one process, put together and kept up with the database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from runtime.authentication.api_key_check import ApiKeyCheck
from runtime.authentication.authenticator import Authenticator
from runtime.authentication.epoch import Epoch
from runtime.authentication.following import Following
from runtime.authentication.key_look_up import KeyLookUp
from runtime.authentication.key_ring import KeyRing
from runtime.authentication.oidc_tokens import OidcTokens
from runtime.authentication.revocations import Revocations
from runtime.authentication.tokens import Tokens
from runtime.database import DatabaseUnavailable
from runtime.ids import utc_now
from runtime.master_key import MasterKey
from runtime.settings import Settings

TOKEN_SECONDS_MAX = 86_400
"""The longest life that the settings allow: processes may have different ones."""

LIFE_MAX = timedelta(seconds=TOKEN_SECONDS_MAX)

NOT_MIGRATED = {
    "3F000",  # no such schema
    "42501",  # no right to it
    "42P01",  # no such table
    "42703",  # no such column
}


@dataclass(frozen=True, slots=True)
class Authentication:
    """`tokens` issues ours (on the command side), `authenticator` tells callers, `ring` is what /.well-known shows."""

    tokens: Tokens
    authenticator: Authenticator
    ring: KeyRing
    revocations: Revocations


@asynccontextmanager
async def authentication(
    pool: "asyncpg.Pool",
    settings: Settings,
    master: MasterKey | None,
    now: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Authentication]:
    """For as long as the context lasts. `pool` has three connections or more; with `master` the process signs.

    Raises SigningKeyUnreadable if the key to sign with cannot be unwrapped, and DatabaseUnavailable if what is needed
    is not in the database.
    """
    epoch = Epoch()
    ring = KeyRing(epoch)
    keys = KeyLookUp(pool, ring, master, settings.token_algorithm, now)
    revocations = Revocations(pool, epoch, LIFE_MAX)
    api_keys = ApiKeyCheck(pool, now)
    oidc = oidc_tokens(settings)
    try:
        await revocations.read()
        await keys.start()
    except asyncpg.PostgresError as error:
        if error.sqlstate not in NOT_MIGRATED:
            raise
        raise DatabaseUnavailable("the database is older than this program: seatledger migrate") from None
    following = Following(pool, keys, revocations, api_keys)
    running = asyncio.create_task(following.run())
    try:
        yield Authentication(
            Tokens(ring, settings.access_token_seconds, now=now, generation_of=revocations.generation_of),
            Authenticator(
                epoch=epoch,
                ring=ring,
                keys=keys,
                revocations=revocations,
                api_keys=api_keys,
                oidc=oidc,
                now=now,
            ),
            ring,
            revocations,
        )
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await following.close()
        if oidc is not None:
            await oidc.close()


def oidc_tokens(settings: Settings) -> OidcTokens | None:
    """None when no provider is named."""
    if settings.oidc_issuer is None:
        return None
    # What fetches costs a start a tenth of a second, and most programs have no provider.
    from runtime.authentication.oidc_fetching import KeyFetching  # noqa: PLC0415
    from runtime.authentication.oidc_keys import ProviderKeys  # noqa: PLC0415

    return OidcTokens(settings, ProviderKeys(KeyFetching(settings)))
