"""Move checkpoints past facts that do not concern their projectors: one call for all of a worker's that ask.

During an on-sale nearly every fact is about bookings, and most read models have nothing to do. To them a page costs
neither a lease nor a transaction of their own.
"""

import asyncio
from dataclasses import dataclass

import asyncpg

from eventstore.facts import RecordedFact
from eventstore.postgres.errors import unavailable_is_said
from runtime.notices import READ_CHANNEL


@dataclass(frozen=True, slots=True)
class Pass:
    """From where the checkpoint is believed to stand to `last`. No fact in between concerns `version` of `name`."""

    name: str
    version: int
    stands: int
    last: RecordedFact


class Passing:
    """While one call is under way, those who ask wait and go together with the next."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._asked: list[tuple[Pass, asyncio.Future[bool]]] = []
        self._calling: asyncio.Task[None] | None = None

    async def move(self, over: Pass) -> bool:
        """Whether the checkpoint has moved. It has not when a lease is held, when it stood elsewhere or when the tables
        are of another version: then only a look under the lease tells which.

        Raises `StoreUnavailable`.
        """
        moved: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asked.append((over, moved))
        if self._calling is None or self._calling.done():
            self._calling = asyncio.create_task(self._call())
        return await moved

    async def _call(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, []
            try:
                names = await self._pass_over([over for over, _ in asked])
            except Exception as error:  # noqa: BLE001 - it is theirs who wait
                for _, moved in asked:
                    if not moved.done():
                        moved.set_exception(error)
            else:
                for over, moved in asked:
                    if not moved.done():
                        moved.set_result(over.name in names)

    async def _pass_over(self, passes: list[Pass]) -> frozenset[str]:
        with unavailable_is_said():
            moved: list[str] = await self._pool.fetchval(
                PAST,
                [each.name for each in passes],
                [each.version for each in passes],
                [each.stands for each in passes],
                [each.last.position for each in passes],
                [each.last.recorded_at for each in passes],
                READ_CHANNEL,
            )
        return frozenset(moved)


PAST = "SELECT projections.pass_over($1, $2, $3, $4, $5, $6)"
