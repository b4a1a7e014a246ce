"""See to it that there is an administrator to sign in as."""

from cli.accounts import accounts, register
from cli.secrets import Administrator
from runtime.identity import Role
from runtime.settings import Settings


async def ensure_administrator(dsn: str, admin: Administrator, settings: Settings) -> None:
    """Make the account unless its address has one. An account that is there keeps its password."""
    async with accounts(dsn, settings) as known:
        if not await known.exists(admin.email):
            await register(known, admin.email, admin.password, "Administrator", Role.ADMIN)
