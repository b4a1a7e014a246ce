"""Letters to people with accounts. Written in the background: whether there is anybody to write to tells nothing."""

from collections.abc import Callable
from datetime import datetime

import asyncpg

from command_api.accounts import reset_tokens
from command_api.accounts.reset_tokens import INVITATION_LIFE
from runtime.mail.letter import Letter
from runtime.mail.outbox import Writing

FIND = """SELECT user_id::text, email FROM command_api.credentials
          WHERE (email = $1 OR user_id = $2) AND disabled_at IS NULL"""

RESET = """Somebody, most likely you, asked for a new password for this address.

Choose one within 30 minutes{where}:

{token}

If it was not you, you need do nothing: nothing has changed.
"""

INVITATION = """An account has been made for you.

Choose a password for it within 3 days{where}:

{token}
"""


class Letters:
    """`page` is where a password is chosen, with `{token}` in it; without one the letter holds the bare token."""

    def __init__(self, pool: "asyncpg.Pool", now: Callable[[], datetime], page: str | None) -> None:
        self._pool = pool
        self._now = now
        self._page = page

    def reset(self, email: str) -> Writing:
        """With a token for whoever has this address, in its normalised form."""

        async def write() -> Letter | None:
            row = await self._pool.fetchrow(FIND, email, None)
            if row is None:
                return None
            token = await reset_tokens.make_seldom(self._pool, row["user_id"], self._now())
            return None if token is None else self._letter(row["email"], "A new password", RESET, token)

        return write

    def invitation(self, user_id: str) -> Writing:
        """With a token for an account that was just made."""

        async def write() -> Letter | None:
            row = await self._pool.fetchrow(FIND, None, user_id)
            if row is None:
                return None
            token = await reset_tokens.make(self._pool, user_id, self._now(), INVITATION_LIFE)
            return self._letter(row["email"], "Your account", INVITATION, token)

        return write

    def _letter(self, to: str, subject: str, text: str, token: str) -> Letter:
        if self._page is None:
            filled = text.format(where=", with this token", token=token)
        else:
            filled = text.format(where=" on this page", token=self._page.replace("{token}", token))
        return Letter(to, subject, filled)
