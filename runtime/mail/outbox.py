"""Letters on their way: written, sent and tried again in the background, where nobody waits for them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

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


@dataclass(slots=True)
class _Post:
    """A letter on its way: to be written, or written and to be sent."""

    writing: Writing
    letter: Letter | None = None
    failures: int = 0


class Outbox:
    """Made within a running event loop; ended by `close`. What still waits then is lost: whoever asked asks again.

    One that has to be tried again waits apart, so an address that nobody answers for keeps back no other.
    """

    def __init__(
        self,
        mail: Mail,
        *,
        waiting_max: int = WAITING_MAX,
        pauses: tuple[float, ...] = PAUSES_SECONDS,
    ) -> None:
        self._mail = mail
        self._pauses = pauses
        self._waiting_max = waiting_max
        self._waiting: asyncio.Queue[_Post] = asyncio.Queue()
        self._apart: set[asyncio.TimerHandle] = set()
        self._working = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)]

    def post(self, writing: Writing) -> bool:
        """Have a letter written and sent some time soon; False when too many wait already."""
        if self._waiting.qsize() + len(self._apart) >= self._waiting_max:
            LETTERS.labels("refused").inc()
            return False
        self._waiting.put_nowait(_Post(writing))
        return True

    async def delivered(self) -> None:
        """Wait until nothing waits any more: for programs that end by themselves, and for tests."""
        await self._waiting.join()

    async def close(self) -> None:
        """At once: a mail server that does not answer is not waited for."""
        for each in self._apart:
            each.cancel()
        for task in self._working:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._working, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            post = await self._waiting.get()
            pause = await self._tried(post)
            if pause is None:
                self._waiting.task_done()
            else:
                self._put_apart(post, pause)

    def _put_apart(self, post: _Post, seconds: float) -> None:
        def back() -> None:
            self._apart.discard(handle)
            self._waiting.put_nowait(post)
            # Only now: in between it was not done.
            self._waiting.task_done()

        handle = asyncio.get_running_loop().call_later(seconds, back)
        self._apart.add(handle)

    async def _tried(self, post: _Post) -> float | None:
        """In how many seconds it is to be tried again; None when nothing is left to do about it."""
        try:
            post.letter = post.letter or await post.writing()
            return None if post.letter is None else await self._sent(post, post.letter)
        except Exception as error:  # noqa: BLE001 - one letter that fails must not keep back the others
            LETTERS.labels("failed").inc()
            # Only the kind: what went wrong may hold an address.
            _log.error("a letter could not be written: %s", type(error).__name__)
            return None

    async def _sent(self, post: _Post, letter: Letter) -> float | None:
        try:
            await self._mail.send(letter)
        except NotDelivered as failure:
            if failure.for_good or post.failures == len(self._pauses):
                LETTERS.labels("given-up").inc()
                _log.error("a letter was given up: %s", failure)
                return None
            _log.warning("a letter waits for another attempt: %s", failure)
            post.failures += 1
            return self._pauses[post.failures - 1]
        LETTERS.labels("sent").inc()
        return None
