"""Accounts as the command line changes them: with the command side's own parts, and by its rules."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg

from cli.command_pool import command_pool
from cli.stopped import Stopped
from cli.upgrade import upgrade
from command_api.accounts.terms import Terms
from command_api.accounts.user_changes import Change, UserChanges
from command_api.answers.user import changed_account
from domain.refusal import Refused
from domain.user.commands import UserCommand
from domain.user.refusals import LastAdministrator
from eventstore.hashing import canonical
from runtime.authentication.authentication import LIFE_MAX
from runtime.authentication.epoch import Epoch
from runtime.authentication.revocations import Revocations
from runtime.ids import new_id, utc_now
from runtime.texts.email_addresses import account_key

ID_OF = "SELECT user_id::text FROM command_api.credentials WHERE email = $1"


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator["asyncpg.Pool"]:
    """Connections of the command side's role, to a database that is up to date."""
    await upgrade(dsn)
    async with command_pool(dsn, "users") as pool:
        yield pool


async def user_id_of(pool: "asyncpg.Pool", email: str) -> str:
    """The account of this address. Raises Stopped when it has none."""
    user_id: str | None = await pool.fetchval(ID_OF, account_key(email))
    if user_id is None:
        raise Stopped(f"{email} has no account")
    return user_id


async def change(pool: "asyncpg.Pool", email: str, command: Callable[[str, int], UserCommand]) -> None:
    """Carry out what `command` makes of the user's id and the number of other administrators."""
    user_id, now = await user_id_of(pool, email), utc_now()
    wanted = Change(
        user_id, now, lambda others: command(user_id, others), changed_account, ends_administrators=True
    )
    by = {"id": "command-line", "role": "operator"}
    metadata = canonical({"by": by, "command": type(command(user_id, 0)).__name__})
    changes = UserChanges(pool, Revocations(pool, Epoch(), LIFE_MAX))
    try:
        await changes.carry_out(wanted, Terms(new_id(), None, metadata))
    except Refused as no:
        if isinstance(no.reason, LastAdministrator):
            raise Stopped(f"{email} is the last administrator: make another one first") from None
        raise Stopped(f"{email} has no account") from None
