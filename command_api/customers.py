"""Whom a command is about: what is said of them is encrypted with their own key before anything sees it."""

from datetime import datetime

from command_api.aggregates import USER
from command_api.failed import unavailable_is_answered
from command_api.lifespan_state import CommandServices
from command_api.loading import load
from domain.personal import Person
from eventstore.postgres.store import PostgresStore
from runtime.identity import Caller
from runtime.privacy.people import Connection, KnownPerson
from runtime.problems import Problem, ProblemDetail
from runtime.texts.email_addresses import account_key

ACCOUNT_ERASED = ProblemDetail(
    401,
    "token-invalid",
    "The account of this access token has been erased",
    headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
)


class AccountErased(Exception):
    """There was such an account, and it has been erased."""


def remembered(services: CommandServices, caller: Caller) -> Person | None:
    """Whoever asks, where they have been here lately; None says nothing: `the_caller` does."""
    known = services.people.remembered(caller.id)
    return None if known is None else person(known, caller.name, caller.email, caller.id)


async def the_caller(services: CommandServices, caller: Caller, now: datetime) -> Person:
    """Whoever asks.

    Raises Problem: 503 when their key cannot be had, 401 when their account has been erased.
    """
    # An API key may have no address: then it has a contact of its own, and not that of all without one.
    try:
        known = await account(services, caller.id, caller.email or caller.id, now)
    except AccountErased:
        raise Problem(ACCOUNT_ERASED) from None
    return person(known, caller.name, caller.email, caller.id)


async def named(services: CommandServices, name: str, email: str, now: datetime) -> Person:
    """Whom staff name. An account with that address is not looked for: the name is what was said.

    Raises Problem 503 when their key cannot be had.
    """
    with unavailable_is_answered():
        known = await services.people.guest(account_key(email), now)
    return person(known, name, email)


async def whoever_has(services: CommandServices, name: str, email: str, now: datetime) -> Person:
    """The account of an address, or a guest where it has none. Raises Problem 503 when it cannot be told."""
    with unavailable_is_answered():
        account_id = await services.accounts.id_of(email)
    if account_id is None:
        return await named(services, name, email, now)
    try:
        return person(await account(services, account_id, email, now), name, email, account_id)
    except AccountErased:
        return await named(services, name, email, now)


async def account(services: CommandServices, account_id: str, email: str, now: datetime) -> KnownPerson:
    """The person of an account. Raises `AccountErased`, and Problem 503 when it cannot be told."""

    async def allow(connection: Connection) -> None:
        # Who has no key has never been seen, or has just been erased: only within this transaction can nobody come
        # between, and give a key again to somebody who wanted to be forgotten.
        if (await load(PostgresStore(connection), USER, account_id)).erased:
            raise AccountErased

    with unavailable_is_answered():
        return await services.people.of_account(account_id, account_key(email), now, allow)


def person(known: KnownPerson, name: str, email: str, account_id: str | None = None) -> Person:
    """`known`, as facts have them."""
    key = known.key
    return Person(key.encrypt(name), key.encrypt(email), account_id, known.person_id, known.contact_id)
