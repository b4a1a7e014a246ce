"""Workers of one host in one process: each with writers of its own over one store, linked by real sockets."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from prometheus_client import CollectorRegistry

from command_api.aggregates import SHOW
from command_api.errand import Errand
from command_api.handing_over.observed import HandingOverMetrics
from command_api.handing_over.owners import Owners
from command_api.handing_over.place import Place
from command_api.no_answer import no_answer
from command_api.writing.answer import Reply
from command_api.writing.pending import Pending
from eventstore.hashing import canonical
from eventstore.store import EventStore
from tests.command_api.writing.desk import Desk, id_of_key

SECONDS_MAX = 10.0
NUMBERS = count(10**6)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what other tasks bring about."""
    async with asyncio.timeout(SECONDS_MAX):
        while not is_so():  # noqa: ASYNC110 - it is sockets that bring it about
            await asyncio.sleep(0)


class Worker:
    """`crowds` are what it was told of rooms at shows that others own."""

    def __init__(self, place: Place, store: EventStore, **limits: Any) -> None:
        self.place = place
        self.desk = Desk(store, **limits)
        self.registry = CollectorRegistry()
        self.crowds: list[tuple[str, int | None]] = []
        metrics = HandingOverMetrics(self.registry)
        self.owners = Owners(
            place, self.desk.writers, metrics, lambda show, places: self.crowds.append((show, places))
        )
        self.desk.writers.hand_over = self.owners.hand_over

    def counted(self, way: str) -> int:
        """Commands that went this way."""
        return int(self.registry.get_sample_value("handed_over_commands_total", {"way": way}) or 0)

    @property
    def links(self) -> int:
        return int(self.registry.get_sample_value("worker_links") or 0)

    def owns(self, show_id: str) -> bool:
        return self.place.owner_of(SHOW.stream(show_id)) == self.place.number

    def ask(
        self,
        command: Any,
        *,
        key: str | None = None,
        body: bytes = b"the same",
        wait: float = 10.0,
        only_for: str | None = None,
        versions: frozenset[int] | None = None,
        has_left: Callable[[], bool] = lambda: False,
    ) -> "asyncio.Task[Reply]":
        """Give a command as the routes do; the task is whoever waits for its answer."""
        loop = asyncio.get_running_loop()
        errand = Errand(command, only_for, "the request")
        pending = Pending(
            command=command,
            command_id=id_of_key(key) if key else str(UUID(int=next(NUMBERS))),
            fingerprint=body if key else None,
            metadata=canonical({}),
            check=errand.check(versions),
            render=errand.render(),
            future=loop.create_future(),
            deadline=loop.time() + wait,
            has_left=has_left,
            versions=versions,
            errand=errand,
            answer_no=partial(no_answer, errand.request_id),
        )

        async def answered() -> Reply:
            return await self.desk.writers.carry_out(SHOW, command.show_id, pending)

        return loop.create_task(answered(), name=pending.command_id)

    async def end(self) -> None:
        """As the lifespan does it."""
        self.owners.leave()
        await self.desk.writers.close()
        await self.owners.close()

    def cut_links(self) -> None:
        """As when the process at the other end is killed."""
        for link in self.owners._links.values():
            link._transport.abort()


class Host:
    """`owner` owns the show, and `asker` does not."""

    def __init__(self, workers: list[Worker], show_id: str) -> None:
        self.workers = workers
        self.owner = next(worker for worker in workers if worker.owns(show_id))
        self.asker = next(worker for worker in workers if not worker.owns(show_id))

    async def until_linked(self) -> None:
        await until(lambda: all(worker.links == len(self.workers) - 1 for worker in self.workers))


@asynccontextmanager
async def host(store: EventStore, show_id: str, workers: int = 2, **limits: Any) -> AsyncIterator[Host]:
    """So many workers, all linked."""
    with tempfile.TemporaryDirectory() as folder:
        made = [Worker(Place(number, workers, Path(folder)), store, **limits) for number in range(workers)]
        for worker in made:
            await worker.owners.open()
        found = Host(made, show_id)
        await found.until_linked()
        try:
            yield found
        finally:
            async with asyncio.timeout(SECONDS_MAX):
                await asyncio.gather(*(worker.end() for worker in made))
        assert list(Path(folder).iterdir()) == []
