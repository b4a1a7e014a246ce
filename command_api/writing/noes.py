"""Noes under an idempotency key are kept under it, before they are said: all that have come meanwhile in one call.

Without that a no could still come true. An earlier try of the same command may be on its way to the log, or wait in a
process that is frozen, and be carried out after a later one was refused (ADR 43).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from command_api.writing.answer import stored
from command_api.writing.batch import Decided
from command_api.writing.failures import PreconditionFailed
from domain.refusal import Refused
from eventstore.appending import KnownCommand, NewCommand
from eventstore.store import EventStore, StoreUnavailable

CALL_MAX = 1_000
"""So many in one call at most."""


def no_to_keep(decided: Decided) -> NewCommand | None:
    """What is kept of a no; None for a yes, and where noes are not kept."""
    pending, no, _, _ = decided
    if pending.fingerprint is None or pending.answer_no is None:
        return None
    if not isinstance(no, Refused | PreconditionFailed):
        return None
    return NewCommand(pending.command_id, pending.fingerprint, stored(pending.answer_no(no)), 0)


class _Waiting(NamedTuple):
    noes: Sequence[NewCommand]
    known: "asyncio.Future[dict[str, KnownCommand]]"

    def tell(self, known: dict[str, KnownCommand]) -> None:
        if not self.known.done():
            self.known.set_result(known)

    def fail(self, error: Exception) -> None:
        if not self.known.done():
            self.known.set_exception(error)


class Noes:
    """At most one call to the store is on its way: a crowd that is refused has one connection and shares commits."""

    def __init__(self, store: EventStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._waiting: deque[_Waiting] = deque()
        self._calling: asyncio.Task[None] | None = None

    async def keep(self, noes: Sequence[NewCommand]) -> dict[str, KnownCommand]:
        """Durable on return; those whose key was known already, each with the first answer.

        Raises `StoreUnavailable` when it is unknown whether they are kept.
        """
        loop = asyncio.get_running_loop()
        mine = _Waiting(noes, loop.create_future())
        self._waiting.append(mine)
        if self._calling is None:
            self._calling = loop.create_task(self._call_while_any_wait())
        return await mine.known

    async def _call_while_any_wait(self) -> None:
        try:
            while self._waiting:
                await self._call(self._next_block())
        finally:
            self._calling = None

    def _next_block(self) -> list[_Waiting]:
        """Whose key is in it already comes with the next one, and finds it known."""
        block: list[_Waiting] = []
        ids: set[str] = set()
        while self._waiting:
            coming = {no.id for no in self._waiting[0].noes}
            if block and (len(ids) + len(coming) > CALL_MAX or ids & coming):
                break
            block.append(self._waiting.popleft())
            ids |= coming
        return block

    async def _call(self, block: Sequence[_Waiting]) -> None:
        try:
            known = await self._store.remember([no for each in block for no in each.noes], self._now())
        except StoreUnavailable as error:
            for each in block:
                each.fail(StoreUnavailable(str(error)))
        except Exception as error:  # noqa: BLE001 - whoever it concerns is told
            if len(block) == 1:
                block[0].fail(error)
                return
            for each in block:
                await self._call([each])
        else:
            for each in block:
                each.tell({no.id: known[no.id] for no in each.noes if no.id in known})
