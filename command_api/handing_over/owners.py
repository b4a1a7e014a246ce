"""Whoever owns a stream decides about it: the way of commands between the workers of a host."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from command_api.aggregates import SHOW
from command_api.handing_over.link import Link
from command_api.handing_over.observed import HandingOverMetrics
from command_api.handing_over.place import Place
from command_api.handing_over.reception import Reception
from command_api.writing.answer import Reply
from command_api.writing.failures import OutcomeUnknown
from command_api.writing.pending import Pending
from command_api.writing.writers import Writers

log = logging.getLogger(__name__)

CONNECT_FIRST_SECONDS = 0.05
CONNECT_MAX_SECONDS = 1.0


def heard_by_nobody(_show_id: str, _places: int | None) -> None:
    """For whoever has nobody to turn away."""


class Owners:
    """Hands over what the other workers own and takes what they hand over, from `open` until `leave` and `close`.

    Made within a running event loop. `hear_crowd` hears for how many there is room at a show of another worker's.
    """

    def __init__(
        self,
        place: Place,
        writers: Writers,
        metrics: HandingOverMetrics,
        hear_crowd: Callable[[str, int | None], None],
    ) -> None:
        self._place = place
        self._writers = writers
        self._metrics = metrics
        self._hear_crowd = hear_crowd
        self._loop = asyncio.get_running_loop()
        self._links: dict[int, Link] = {}
        self._connecting: list[asyncio.Task[None]] = []
        self._given_back: set[asyncio.Future[Reply]] = set()
        self.reception = Reception(self._take)

    async def open(self) -> None:
        """Be there for the others, and look for them from now on."""
        try:
            await self.reception.open(self._place.socket(self._place.number))
        except OSError as error:
            log.warning("no other worker can hand over to this one: %s", error)
        self._connecting = [
            self._loop.create_task(self._keep_connected(number)) for number in self._place.others
        ]

    def hand_over(self, stream: str, pending: Pending) -> Awaitable[Reply] | None:
        """What its owner answers; None where this process is to decide."""
        errand, owner = pending.errand, self._place.owner_of(stream)
        if errand is None or owner == self._place.number:
            return None
        link = self._links.get(owner)
        if link is None or not link.hand_over(errand, pending):
            self._metrics.decided_here.inc()
            return None
        self._metrics.handed_over.inc()
        return pending.future

    def _take(self, show_id: str, pending: Pending) -> Awaitable[Reply]:
        self._metrics.taken_over.inc()
        return self._writers.carry_out_here(SHOW, show_id, pending)

    def _give_back(self, pending: Pending) -> None:
        """It was certainly not taken, so it is decided here."""
        waiting = pending.future
        if waiting.done():
            return
        self._metrics.decided_here.inc()
        pending.future = self._loop.create_future()
        here = self._writers.carry_out_here(SHOW, pending.command.show_id, pending)
        carrying_out = asyncio.ensure_future(here)
        self._given_back.add(carrying_out)
        carrying_out.add_done_callback(self._given_back.discard)
        carrying_out.add_done_callback(partial(_pass_on, waiting))

    async def _keep_connected(self, number: int) -> None:
        pause, is_told = CONNECT_FIRST_SECONDS, False
        while True:
            link = await self._connected(number)
            if link is not None and link.opened.result():
                pause = CONNECT_FIRST_SECONDS
            elif link is not None and link.is_of_another_release and not is_told:
                is_told = True
                log.warning("worker %d is of another release: what it owns is decided here, too", number)
            await asyncio.sleep(pause)
            pause = min(2 * pause, CONNECT_MAX_SECONDS)

    async def _connected(self, number: int) -> Link | None:
        """One link, when it is over; None where there was none."""
        try:
            _, link = await self._loop.create_unix_connection(
                lambda: Link(self._loop, self._give_back, self._hear_crowd), str(self._place.socket(number))
            )
        except OSError:
            return None
        try:
            if await link.opened:
                self._links[number] = link
                self._metrics.links.inc()
                await link.lost
        finally:
            if self._links.pop(number, None) is not None:
                self._metrics.links.dec()
            link.end()
        return link

    def leave(self) -> None:
        """Take nothing more from anybody."""
        self.reception.leave()

    async def close(self) -> None:
        """Answer what was handed over, then hang up everywhere. Call it when the writers have done their work."""
        await self.reception.close()
        for task in self._connecting:
            task.cancel()
        if self._connecting:
            await asyncio.wait(self._connecting)


def _pass_on(waiting: "asyncio.Future[Reply]", carried_out: "asyncio.Future[Reply]") -> None:
    """Tell whoever waits for a command that was given back."""
    error = OutcomeUnknown() if carried_out.cancelled() else carried_out.exception()
    if waiting.done():
        return
    if error is None:
        waiting.set_result(carried_out.result())
    else:
        waiting.set_exception(error)
