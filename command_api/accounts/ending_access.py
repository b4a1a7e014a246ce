"""Whoever was erased gets in no more: with no access token, and with no API key of theirs."""

from datetime import datetime

from command_api.accounts.erasing import Also
from runtime.authentication.api_keys import revoke_all_within
from runtime.authentication.revocations import Revocations
from runtime.privacy.people import Connection
from runtime.privacy.person_key import ERASED

REASON = "erased"

# Whoever made it named it, perhaps after themselves.
FORGET_KEY_NAMES = "UPDATE access.api_keys SET name = $2 WHERE owner_id = $1"


def end_access(revocations: Revocations) -> Also:
    """Here at once, and elsewhere within moments of the commit."""

    async def end(connection: Connection, account_id: str, now: datetime) -> None:
        await revocations.revoke(connection, account_id, now, REASON)
        await revoke_all_within(connection, revocations, account_id, now)
        await connection.execute(FORGET_KEY_NAMES, account_id, ERASED)

    return end
