"""A fact that cannot be applied is set aside with every later fact of its stream, and the rest goes on.

The bad fact is found by halving: a batch of a thousand with one bad fact in it costs some twenty more tries, and facts
are still applied in the log's order.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from eventstore.facts import RecordedFact
from eventstore.store import StoreUnavailable
from projections.applying import Connection, apply
from projections.following.decoding import Decode, decoded
from projections.projector import Projector
from runtime.master_key import MasterKeyMissing
from runtime.privacy.keyring import Keyring

log = logging.getLogger(__name__)

ERROR_MAX_CHARS = 1_000

# Classes of SQLSTATE that a fact's own contents cause: 22 a value that its column cannot hold, 23 a constraint, 54 too
# large for an index. Anything else (a missing table or right, a deadlock) would condemn every stream alike.
_THE_FACTS_FAULT = ("22", "23", "54")


def is_the_facts_fault(error: Exception) -> bool:
    """Whether another fact could fare better at the same moment."""
    match error:
        case asyncpg.PostgresError():
            return (error.sqlstate or "").startswith(_THE_FACTS_FAULT)
        case asyncpg.InterfaceError() | StoreUnavailable() | OSError() | MemoryError() | MasterKeyMissing():
            return False
        case _:
            return True


class Parking:
    """Applies facts past the bad ones. `parked` holds, by stream, what was set aside in this transaction."""

    def __init__(
        self,
        projector: Projector,
        keyring: Keyring,
        already: frozenset[str] = frozenset(),
        decode: Decode = decoded,
    ) -> None:
        self._projector = projector
        self._keyring = keyring
        self._already = already
        self._decode = decode
        self.parked: dict[str, tuple[RecordedFact, Exception]] = {}

    async def apply_all(self, connection: Connection, facts: Sequence[RecordedFact]) -> int:
        """Apply all of what does not have to wait, without the savepoints that finding a bad fact needs. Returns how
        many facts concerned the projector.

        Raises whatever is wrong with them; the transaction must then be rolled back.
        """
        return await self._apply(connection, self._free(facts))

    async def _apply(self, connection: Connection, facts: Sequence[RecordedFact]) -> int:
        return await apply(self._projector, connection, facts, self._keyring, self._decode)

    def _free(self, facts: Sequence[RecordedFact]) -> Sequence[RecordedFact]:
        """Those whose streams are not set aside."""
        if not self._already and not self.parked:
            return facts
        return [fact for fact in facts if fact.stream not in self._already and fact.stream not in self.parked]

    async def apply(self, connection: Connection, facts: Sequence[RecordedFact]) -> int:
        """Apply what can be applied; returns how many facts concerned the projector. Needs a transaction.

        Raises what is no fact's fault.
        """
        waiting = self._free(facts)
        if not waiting:
            return 0
        try:
            async with connection.transaction():
                return await self._apply(connection, waiting)
        except Exception as error:
            if not is_the_facts_fault(error):
                raise
            if len(waiting) == 1:
                if not await self._is_skipped(connection, waiting[0]):
                    self._set_aside(waiting[0], error)
                return 0
        half = len(waiting) // 2
        first = await self.apply(connection, waiting[:half])
        return first + await self.apply(connection, waiting[half:])

    async def _is_skipped(self, connection: Connection, fact: RecordedFact) -> bool:
        """Whether somebody has said that it is to be left out. One that can be applied after all never comes here."""
        skipped: bool = await connection.fetchval(SKIPPED, self._projector.name, fact.position)
        return skipped

    def _set_aside(self, fact: RecordedFact, error: Exception) -> None:
        log.error(
            "%s cannot apply %s at position %d; its stream %s is parked until it is retried",
            self._projector.name, fact.name, fact.position, fact.stream,
            exc_info=error,
        )  # fmt: skip
        self.parked[fact.stream] = (fact, error)

    async def save(self, connection: Connection, now: datetime) -> None:
        """Write down what was set aside, in the transaction that applied the rest."""
        if self.parked:
            facts = [fact for fact, _ in self.parked.values()]
            errors = [described(error) for _, error in self.parked.values()]
            streams = [fact.stream for fact in facts]
            positions = [fact.position for fact in facts]
            await connection.execute(PARK, self._projector.name, streams, positions, errors, now)


SKIPPED = """SELECT EXISTS (SELECT FROM eventstore.skipped
                            WHERE log_id = 1 AND subscription = $1 AND position = $2)"""

PARK = """INSERT INTO eventstore.parked (log_id, subscription, stream, position, error, parked_at)
          SELECT 1, $1, stream, position, error, $5
          FROM unnest($2::text[], $3::bigint[], $4::text[]) AS parked (stream, position, error)
          ON CONFLICT (log_id, subscription, stream) DO UPDATE
          SET position = excluded.position, error = excluded.error, parked_at = excluded.parked_at"""


def described(error: Exception) -> str:
    """One line for an operator. No NUL, which a text column cannot hold."""
    return f"{type(error).__name__}: {error}".replace("\x00", "�")[:ERROR_MAX_CHARS]
