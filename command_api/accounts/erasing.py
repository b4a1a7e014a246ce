"""Erasing a person: the key, the fact that it is gone, and whatever lets them in, in one transaction.

The key opens everything that was ever written about them, so when it is destroyed nothing else has to be looked for:
facts and first answers stay as they are, their chain holds, and `[erased]` is read where a name was.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

import asyncpg

from command_api.accounts.first_reply import first_reply
from command_api.accounts.locking import hold, other_administrators
from command_api.accounts.sessions import end_sessions
from command_api.accounts.terms import Terms
from command_api.aggregates import PERSON, USER
from command_api.answers.customer import erased_customer
from command_api.loading import load_at
from command_api.writing.answer import Reply, stored
from command_api.writing.batch import Batch
from command_api.writing.failures import Overloaded
from domain.codec import CODEC
from domain.person.commands import ErasePerson
from domain.person.facts import PersonErased
from domain.person.refusals import PersonNotFound
from domain.refusal import Refused
from domain.tags import customer_tag
from domain.user.commands import EraseUser
from eventstore.appending import Appended, Item, NewCommand
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import PostgresStore
from runtime.ids import is_id
from runtime.privacy.people import Connection, FoundPerson, People

TRIES_MAX = 5

FORGET_CREDENTIALS = "DELETE FROM command_api.credentials WHERE user_id = $1"

Also = Callable[[Connection, str, datetime], Awaitable[None]]
"""What else goes with an account, within the same transaction: it gets the account's id."""


class Meanwhile(Exception):
    """Somebody else has done something about the same person at this very moment."""


class Erasing:
    """`also` is done with every account that is erased."""

    def __init__(self, pool: "asyncpg.Pool", people: People, also: Sequence[Also] = ()) -> None:
        self._pool = pool
        self._store = PostgresStore(pool)
        self._people = people
        self._also = also

    async def erase(self, id: str, now: datetime, terms: Terms) -> Reply:
        """Erase the account, or the person without one, with this id; told the same when it has been done before.

        Raises `Refused` when there is nobody, `KeyReused`, `Overloaded`, and `StoreUnavailable` when the outcome is
        unknown.
        """
        if not is_id(id):
            raise Refused(PersonNotFound())
        with unavailable_is_said():
            for _ in range(TRIES_MAX):
                with suppress(Meanwhile):
                    return await first_reply(self._store, terms) or await self._erase(id, now, terms)
        raise Overloaded

    async def _erase(self, id: str, now: datetime, terms: Terms) -> Reply:
        found = await self._people.find(id)
        before = await self._erased_before(id) if found is None else None
        if before is not None:
            # It may have been this very command, carried out since we looked.
            return await first_reply(self._store, terms) or before
        async with self._pool.acquire() as connection, connection.transaction():
            found = found or await self._without_key(connection, id, now)
            reply = await self._carry_out(connection, found, now, terms)
        self._people.forget(found.person_id)
        return reply

    async def _erased_before(self, id: str) -> Reply | None:
        facts = await self._store.read_stream(PERSON.stream(id)) or await self._store.read_tag(
            customer_tag(id)
        )
        for recorded in reversed(facts):
            fact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
            if isinstance(fact, PersonErased):
                return Reply(erased_customer(fact, recorded.version), recorded.position)
        return None

    async def _without_key(self, connection: Connection, id: str, now: datetime) -> FoundPerson:
        """An account from before there were keys: it gets one, so that nobody else can give it one meanwhile."""
        user, _ = await load_at(PostgresStore(connection), USER, id)
        if not user.id or user.erased:
            raise Refused(PersonNotFound())
        made = await self._people.enrol(connection, id, user.email, now)
        return FoundPerson(made.person_id, id)

    async def _carry_out(
        self, connection: Connection, found: FoundPerson, now: datetime, terms: Terms
    ) -> Reply:
        # In the order in which registering locks them: the address, the person, the log.
        others = 0
        if found.account_id is not None:
            others = await other_administrators(connection, found.account_id)
            await hold(connection, found.account_id)
            await end_sessions(connection, found.account_id)
            try:
                await connection.execute(FORGET_CREDENTIALS, found.account_id)
            except asyncpg.ForeignKeyViolationError:
                # A session went on while its tokens were deleted.
                raise Meanwhile from None
        if not await self._people.destroy(connection, found.person_id, now):
            raise Meanwhile
        if found.account_id is not None:
            for each in self._also:
                await each(connection, found.account_id, now)
        return await _record(PostgresStore(connection), found, now, terms, others)


async def _record(
    store: PostgresStore, found: FoundPerson, now: datetime, terms: Terms, others: int
) -> Reply:
    """Append that the person, and the account if it is one of ours, is erased. Raises `Meanwhile`."""
    person, head = await load_at(store, PERSON, found.person_id)
    batch = Batch()
    [fact] = PERSON.decide(ErasePerson(found.person_id, now, found.account_id), person)
    batch.record([fact], terms.command_id, terms.metadata)
    answer = erased_customer(fact, head.version + 1)
    if terms.fingerprint is not None:
        batch.commands.append(NewCommand(terms.command_id, terms.fingerprint, stored(answer), 1))
    items = [Item(PERSON.stream(found.person_id), head, batch.facts, batch.commands)]
    if found.account_id is not None:
        items += await _account_item(store, EraseUser(found.account_id, now, others), terms)
    try:
        outcomes = await store.append(items, now)
    except (asyncpg.SerializationError, asyncpg.InFailedSQLTransactionError):
        raise Meanwhile from None
    written = [each for each in outcomes if isinstance(each, Appended)]
    if len(written) < len(items):
        raise Meanwhile
    return Reply(answer, written[0].base + 1)


async def _account_item(store: PostgresStore, command: EraseUser, terms: Terms) -> list[Item]:
    """Nothing for the account of an identity provider, or an API key's: it has no history here."""
    user, head = await load_at(store, USER, command.user_id)
    if not user.id:
        return []
    batch = Batch()
    batch.record(USER.decide(command, user), terms.command_id, terms.metadata)
    return [Item(USER.stream(command.user_id), head, batch.facts)] if batch.facts else []
