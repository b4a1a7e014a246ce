"""Everything that operations on accounts work with, put together."""

from dataclasses import dataclass

import asyncpg

from command_api.accounts.account_list import AccountList
from command_api.accounts.accounts import Accounts
from command_api.accounts.attempts import Attempts
from command_api.accounts.letters import Letters
from command_api.accounts.mail import mail_of
from command_api.accounts.new_passwords import NewPasswords
from command_api.accounts.sessions import Sessions
from command_api.accounts.signing_in import SigningIn
from command_api.accounts.user_changes import UserChanges
from runtime.authentication.revocations import Revocations
from runtime.authentication.tokens import Tokens
from runtime.ids import utc_now
from runtime.mail.outbox import Outbox
from runtime.passwords import Passwords
from runtime.settings import Settings


@dataclass(frozen=True)
class AccountParts:
    """`outbox` None: there is no mail, and in production there must be no other way for a letter."""

    pool: "asyncpg.Pool"
    list: AccountList
    sessions: Sessions
    signing_in: SigningIn
    new_passwords: NewPasswords
    changes: UserChanges
    attempts: Attempts
    letters: Letters
    outbox: Outbox | None
    revocations: Revocations


def account_parts(
    pool: "asyncpg.Pool",
    settings: Settings,
    accounts: Accounts,
    *,
    passwords: Passwords,
    tokens: Tokens,
    revocations: Revocations,
) -> AccountParts:
    """Call it within a running event loop."""
    signing_in = SigningIn(pool, accounts, passwords, tokens, revocations)
    mail = mail_of(settings, utc_now)
    return AccountParts(
        pool=pool,
        list=AccountList(pool),
        sessions=accounts.sessions,
        signing_in=signing_in,
        new_passwords=NewPasswords(pool, accounts, passwords, signing_in, revocations),
        changes=UserChanges(pool, revocations),
        attempts=Attempts(),
        letters=Letters(pool, utc_now, settings.reset_url),
        outbox=None if mail is None else Outbox(mail),
        revocations=revocations,
    )
