"""Whoever may do less than a moment ago gets in no more with what they were given before."""

from datetime import datetime
from typing import Any

from command_api.accounts.erasing import Also
from runtime.authentication import api_keys
from runtime.authentication.revocations import Revocations
from runtime.privacy.people import Connection
from runtime.privacy.person_key import ERASED


async def end_access(
    connection: Any, revocations: Revocations, user_id: str, now: datetime, reason: str
) -> None:
    """With no access token and no API key of theirs: here at once, and elsewhere within moments of the commit."""
    await api_keys.end_all_of(connection, revocations, user_id, now)
    await revocations.revoke(connection, user_id, now, reason)


# Whoever made it named it, perhaps after themselves.
FORGET_KEY_NAMES = "UPDATE access.api_keys SET name = $2 WHERE owner_id = $1"


def end_access_of_erased(revocations: Revocations) -> Also:
    """The same for whoever was erased, and nothing tells what their keys were called."""

    async def end(connection: Connection, account_id: str, now: datetime) -> None:
        await end_access(connection, revocations, account_id, now, "erased")
        await connection.execute(FORGET_KEY_NAMES, account_id, ERASED)

    return end
