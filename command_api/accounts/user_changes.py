"""Commands about a user that is there: decided, appended, and followed in the tables, all in one transaction.

They do not go through the writers: what they decide on, such as who else administrates, is no stream's own. Nobody
waits in line for them, and they are few.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from command_api.accounts import effects
from command_api.accounts.first_reply import first_reply
from command_api.accounts.locking import hold, other_administrators
from command_api.accounts.terms import Terms
from command_api.aggregates import USER
from command_api.writing.answer import Answer, Reply, stored
from command_api.writing.batch import Batch
from command_api.writing.failures import Overloaded, PreconditionFailed
from domain.codec import CODEC
from domain.refusal import Refused
from domain.user.commands import UserCommand
from domain.user.facts import UserFact
from domain.user.state import User
from eventstore.appending import Appended, Item, NewCommand, StreamHead
from eventstore.hashing import EMPTY
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from runtime.authentication.revocations import Revocations

ATTEMPTS_MAX = 5
LOST_RACE = (asyncpg.SerializationError, asyncpg.InFailedSQLTransactionError, asyncpg.DeadlockDetectedError)


async def _nothing(_connection: Any) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Change:
    """`command` gets the number of other administrators, which is only counted if `ends_administrators`.

    `answer` is made of the user as they are then, and of when the account was made; `also` is done with the facts, if
    there are any.
    """

    user_id: str
    now: datetime
    command: Callable[[int], UserCommand]
    answer: Callable[[User, datetime], Answer]
    ends_administrators: bool = False
    also: Callable[[Any], Awaitable[None]] = _nothing


class _LostRace(Exception):
    """Somebody else was faster; everything was taken back."""


class UserChanges:
    """Over connections of the command side."""

    def __init__(self, pool: "asyncpg.Pool", revocations: Revocations) -> None:
        self._pool = pool
        self._revocations = revocations

    async def carry_out(self, change: Change, terms: Terms) -> Reply:
        """Decide, commit, answer. Raises the decision's `Refused`, a `CommandFailed`, or `StoreUnavailable`."""
        with unavailable_is_said():
            for _ in range(ATTEMPTS_MAX):
                first = await first_reply(PostgresStore(self._pool), terms)
                if first is not None:
                    return first
                try:
                    return await self._once(change, terms)
                except (_LostRace, *LOST_RACE):
                    continue
                except (Refused, PreconditionFailed):
                    # The same request, sent twice, may have been carried out at this very moment.
                    first = await first_reply(PostgresStore(self._pool), terms)
                    if first is None:
                        raise
                    return first
        raise Overloaded

    async def _once(self, change: Change, terms: Terms) -> Reply:
        async with self._pool.acquire() as connection, connection.transaction():
            others = 0
            if change.ends_administrators:
                others = await other_administrators(connection, change.user_id)
            created_at = await hold(connection, change.user_id) or change.now
            user, head, position = await _loaded(PostgresStore(connection), change.user_id)
            if terms.versions is not None and user.id and user.version not in terms.versions:
                raise PreconditionFailed(user.version)
            facts = USER.decide(change.command(others), user)
            for fact in facts:
                user = USER.evolve(user, fact)
            answer = change.answer(user, created_at)
            batch = _batch(terms, facts, answer)
            if facts:
                await change.also(connection)
                await effects.apply(connection, self._revocations, facts, change.now)
            # Last: from the append to the commit every other append waits for this one.
            if not batch.is_empty:
                item = Item(USER.stream(user.id), head, batch.facts, batch.commands)
                position = await _appended(connection, item, change.now)
        return Reply(answer, position)


async def _loaded(store: PostgresStore, user_id: str) -> tuple[User, StreamHead, int]:
    """The user, how far their stream has got, and the log's position of its last fact."""
    user, head, position = USER.initial(), EMPTY, 0
    async for page in whole_stream(store, USER.stream(user_id)):
        for fact in page:
            user = USER.evolve(user, CODEC.decode(fact.name, fact.schema_version, fact.data))
        head, position = StreamHead(page[-1].version, page[-1].hash), page[-1].position
    return user, head, position


def _batch(terms: Terms, facts: list[UserFact], answer: Answer) -> Batch:
    batch = Batch()
    batch.record(facts, terms.command_id, terms.metadata)
    if terms.fingerprint is not None:
        batch.commands.append(NewCommand(terms.command_id, terms.fingerprint, stored(answer), len(facts)))
    return batch


async def _appended(connection: Any, item: Item, now: datetime) -> int:
    """The log's position of the last fact. Raises _LostRace."""
    [outcome] = await PostgresStore(connection).append([item], now)
    if not isinstance(outcome, Appended):
        raise _LostRace
    return outcome.base + len(item.facts)
