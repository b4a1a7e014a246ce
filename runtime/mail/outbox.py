"""Letters on their way: written, sent and tried again in the background, where nobody waits for them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from prometheus_client import Counter

from runtime.mail.letter import Letter, Mail, NotDelivered
from runtime.metrics import REGISTRY

WAITING_MAX = 1000
AT_ONCE = 2
PAUSES_SECONDS = (1.0, 5.0, 25.0)
"""Between attempts; after the last of them it is given up."""

LETTERS = Counter("mail_letters", "Letters by what became of them", ("outcome",), registry=REGISTRY)

Writing = Callable[[], Awaitable[Letter | None]]
"""Makes a letter, or finds that there is nobody to write to."""

_log = logging.getLogger(__name__)


class Outbox:
    """Made within a running event loop; ended by `close`. What still waits then is lost: whoever asked asks again."""

    def __init__(
        self,
        mail: Mail,
        *,
        waiting_max: int = WAITING_MAX,
        pauses: tuple[float, ...] = PAUSES_SECONDS,
    ) -> None:
        self._mail = mail
        self._pauses = pauses
        self._waiting: asyncio.Queue[Writing] = asyncio.Queue(waiting_max)
        self._working = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)]

    def post(self, writing: Writing) -> bool:
        """Have a letter written and sent some time soon; False when too many wait already."""
        try:
            self._waiting.put_nowait(writing)
        except asyncio.QueueFull:
            LETTERS.labels("refused").inc()
            return False
        return True

    async def delivered(self) -> None:
        """Wait until nothing waits any more: for programs that end by themselves, and for tests."""
        await self._waiting.join()

    async def close(self) -> None:
        """At once: a mail server that does not answer is not waited for."""
        for task in self._working:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._working, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            writing = await self._waiting.get()
            try:
                letter = await writing()
                if letter is not None:
                    LETTERS.labels("sent" if await self._sent(letter) else "given-up").inc()
            except Exception as error:  # noqa: BLE001 - one letter that fails must not keep back the others
                LETTERS.labels("failed").inc()
                # Only the kind: what went wrong may hold an address.
                _log.error("a letter could not be written: %s", type(error).__name__)
            finally:
                self._waiting.task_done()

    async def _sent(self, letter: Letter) -> bool:
        for pause in (*self._pauses, None):
            try:
                await self._mail.send(letter)
            except NotDelivered as failure:
                if pause is None or failure.for_good:
                    _log.error("a letter was given up: %s", failure)
                    return False
                _log.warning("a letter waits for another attempt: %s", failure)
                await asyncio.sleep(pause)
            else:
                return True
        return False
