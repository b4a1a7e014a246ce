"""A link as the owner has it: takes commands from one worker that asks, and tells it what became of each."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import cast

import msgspec
from typing_extensions import override

from command_api.handing_over.asked import pending_of
from command_api.handing_over.framing import BadFrame, Inbox, Outbox
from command_api.handing_over.outcomes import not_carried_out, replied
from command_api.handing_over.wire import (
    RELEASE,
    Asked,
    Crowded,
    Failed,
    Forget,
    FromAsker,
    Greeting,
    Leaving,
    NotTaken,
    Ping,
    Pong,
)
from command_api.writing.answer import Reply
from command_api.writing.failures import OutcomeUnknown, Overloaded
from command_api.writing.pending import Pending

log = logging.getLogger(__name__)

UNDER_WAY_MAX = 1_000
"""Commands of one link at once: as many as a writer's queue takes."""

DECODE = msgspec.msgpack.Decoder(FromAsker).decode

Take = Callable[[str, Pending], Awaitable[Reply]]
"""Carries out a command about the show with this id."""


class Receiving(asyncio.Protocol):
    """`under_way` are the commands that have been taken and not been answered yet, by their numbers.

    A command of whoever has gone is not decided any more, as that of a client who has hung up.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, take: Take, links: "set[Receiving]", *, is_leaving: bool
    ) -> None:
        self.under_way: dict[int, asyncio.Future[Reply]] = {}
        self.lost: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._take = take
        self._links = links
        self._is_leaving = is_leaving
        self._is_greeted = False
        self._forgotten: set[int] = set()
        self._inbox = Inbox()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._outbox = Outbox(self._loop, self._transport)
        self._links.add(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._links.discard(self)
        if not self.lost.done():
            self.lost.set_result(None)

    @override
    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._inbox.frames(data):
                self._hear(DECODE(frame))
        except (BadFrame, msgspec.DecodeError) as error:
            log.warning("a worker says what makes no sense, and is not listened to: %s", error)
            self._transport.abort()

    def _hear(self, frame: FromAsker) -> None:
        if isinstance(frame, Greeting):
            self._outbox.put(Greeting(RELEASE))
            self._is_greeted = frame.release == RELEASE
            if self._is_leaving:
                self._outbox.put(Leaving())
        elif not self._is_greeted:
            raise BadFrame("it did not greet, or is of another release")
        elif isinstance(frame, Asked):
            self._take_on(frame)
        elif isinstance(frame, Forget):
            if frame.number in self.under_way:
                self._forgotten.add(frame.number)
        elif isinstance(frame, Ping):
            self._outbox.put(Pong())

    def _take_on(self, frame: Asked) -> None:
        number = frame.number
        if number in self.under_way:
            raise BadFrame(f"two commands with the number {number}")
        if self._is_leaving:
            self._outbox.put(NotTaken(number))
            return
        if len(self.under_way) >= UNDER_WAY_MAX:
            self._outbox.put(not_carried_out(number, Overloaded()))
            return
        show_id, pending = pending_of(frame, self._loop, partial(self._has_left, number))
        # Without an idempotency key this is a future already: no task is made for it.
        carrying_out = asyncio.ensure_future(self._take(show_id, pending))
        self.under_way[number] = carrying_out
        carrying_out.add_done_callback(partial(self._answer, number))

    def _has_left(self, number: int) -> bool:
        return number in self._forgotten or self._transport.is_closing()

    def _answer(self, number: int, carried_out: "asyncio.Future[Reply]") -> None:
        del self.under_way[number]
        self._forgotten.discard(number)
        error = OutcomeUnknown() if carried_out.cancelled() else carried_out.exception()
        frame = replied(number, carried_out.result()) if error is None else not_carried_out(number, error)
        if not self._outbox.put(frame):
            self._outbox.put(Failed(number, OutcomeUnknown.__name__))

    def tell_crowd(self, show_id: str, places: int | None) -> None:
        """At that show there is room for so many more of whoever asks here."""
        self._outbox.put(Crowded(show_id, places))

    def leave(self) -> None:
        """Take nothing more, and say so. What is under way is answered."""
        self._is_leaving = True
        self._outbox.put(Leaving())

    def end(self) -> None:
        """Hang up when all has been said."""
        self._outbox.flush()
        self._transport.close()
