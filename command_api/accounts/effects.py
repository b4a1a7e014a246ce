"""What follows in the tables from facts about a user, in the transaction that appends them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.user.facts import (
    ApiKeyMade,
    ApiKeyRevoked,
    UserDisabled,
    UserEnabled,
    UserErased,
    UserFact,
    UserRegistered,
    UserRoleChanged,
)
from runtime.authentication import api_keys
from runtime.authentication.revocations import Revocations

SET_ROLE = "UPDATE command_api.credentials SET role = $2 WHERE user_id = $1"
SET_DISABLED = "UPDATE command_api.credentials SET disabled_at = $2 WHERE user_id = $1"
END_SESSIONS = "DELETE FROM command_api.refresh_tokens WHERE user_id = $1"
END_RESETS = "DELETE FROM command_api.password_resets WHERE user_id = $1"


async def apply(connection: Any, revocations: Revocations, facts: Sequence[UserFact], now: datetime) -> None:
    """Each fact's rows; and tokens and keys that count no more."""
    for fact in facts:
        match fact:
            case UserRoleChanged():
                await connection.execute(SET_ROLE, fact.user_id, fact.role)
                await _end_access(connection, revocations, fact.user_id, now, "another role")
            case UserDisabled():
                await connection.execute(SET_DISABLED, fact.user_id, fact.at)
                await connection.execute(END_SESSIONS, fact.user_id)
                await connection.execute(END_RESETS, fact.user_id)
                await _end_access(connection, revocations, fact.user_id, now, "disabled")
            case UserEnabled():
                await connection.execute(SET_DISABLED, fact.user_id, None)
            case ApiKeyRevoked():
                await api_keys.end(connection, revocations, fact.key_id, now)
            case ApiKeyMade() | UserRegistered() | UserErased():
                # Their rows hold secrets: whoever makes or destroys those sees to them.
                pass


async def _end_access(
    connection: Any, revocations: Revocations, user_id: str, now: datetime, reason: str
) -> None:
    await api_keys.revoke_all_within(connection, revocations, user_id, now)
    await revocations.revoke(connection, user_id, now, reason)
