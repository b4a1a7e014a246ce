"""Accounts made on the command line: staff, and the first administrator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cli.command_pool import command_pool
from cli.secrets import master_key
from command_api.accounts.accounts import Accounts, Registration
from command_api.accounts.sessions import Sessions
from domain.user.commands import RegisterUser
from eventstore.hashing import canonical
from runtime.identity import Role
from runtime.ids import new_id, utc_now
from runtime.passwords import Passwords
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import People
from runtime.settings import Settings
from runtime.texts.email_addresses import account_key

METADATA = canonical({"by": {"id": "command-line", "role": "operator"}, "command": "RegisterUser"})


@asynccontextmanager
async def accounts(dsn: str, settings: Settings) -> AsyncIterator[Accounts]:
    """The accounts of a database, over a connection of their own."""
    async with command_pool(dsn, "accounts") as pool:
        passwords = Passwords(1)
        try:
            master = master_key(settings)
            keyring = Keyring(pool, master)
            people = People(pool, keyring, master)
            await people.prepare()
            yield Accounts(pool, passwords, Sessions(pool, settings.refresh_token_seconds), people, keyring)
        finally:
            passwords.close()


async def register(known: Accounts, email: str, password: str, name: str, role: Role) -> str:
    """Make an account of any role; its id. Raises `Refused` when the address has one."""
    command = RegisterUser(new_id(), account_key(email), name, role.value, utc_now())
    await known.register(command, Registration(password, new_id(), None, METADATA))
    return command.user_id
