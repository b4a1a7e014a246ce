"""Locks on accounts. Whoever changes what an account may do holds its row until that is committed; whoever issues a
token for it shares it. So no token is issued for what somebody was a moment ago and counted as of now.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from runtime.identity import Caller, Role

ADMIT = "SELECT role FROM command_api.credentials WHERE user_id = $1 AND disabled_at IS NULL FOR SHARE"


async def admit(connection: Any, caller: Caller) -> Caller | None:
    """Within a transaction: who that is as of now and until the end of it; None when the account may not be used."""
    role = await connection.fetchval(ADMIT, caller.id)
    return None if role is None else replace(caller, role=Role(role))


HOLD = "SELECT created_at FROM command_api.credentials WHERE user_id = $1 FOR UPDATE"


async def hold(connection: Any, user_id: str) -> datetime | None:
    """Within a transaction: nobody else changes the account, or gets a token for it; None when there is none."""
    created_at: datetime | None = await connection.fetchval(HOLD, user_id)
    return created_at


GUARD = "SELECT true FROM command_api.guards WHERE name = 'administrators' FOR UPDATE"
OTHERS = """SELECT count(*) FROM command_api.credentials
            WHERE role = 'admin' AND disabled_at IS NULL AND user_id <> $1"""


async def other_administrators(connection: Any, user_id: str) -> int:
    """Within a transaction, before any other lock: how many administrate besides this one, until the end of it."""
    await connection.fetchval(GUARD)
    others: int = await connection.fetchval(OTHERS, user_id)
    return others
