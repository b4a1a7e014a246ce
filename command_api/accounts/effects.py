"""What follows in the tables from facts about a user, in the transaction that appends them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from command_api.accounts import reset_tokens
from command_api.accounts.ending_access import end_access
from command_api.accounts.sessions import end_sessions
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


async def apply(connection: Any, revocations: Revocations, facts: Sequence[UserFact], now: datetime) -> None:
    """Each fact's rows; and tokens and keys that count no more."""
    for fact in facts:
        match fact:
            case UserRoleChanged():
                await connection.execute(SET_ROLE, fact.user_id, fact.role)
                await end_access(connection, revocations, fact.user_id, now, "another role")
            case UserDisabled():
                await connection.execute(SET_DISABLED, fact.user_id, fact.at)
                await end_sessions(connection, fact.user_id)
                await reset_tokens.forget(connection, fact.user_id)
                await end_access(connection, revocations, fact.user_id, now, "disabled")
            case UserEnabled():
                await connection.execute(SET_DISABLED, fact.user_id, None)
            case ApiKeyRevoked():
                await api_keys.end(connection, revocations, fact.key_id, now)
            case ApiKeyMade() | UserRegistered() | UserErased():
                # Their rows hold secrets: whoever makes or destroys those sees to them.
                pass
