"""A link as whoever asks has it: commands go to their owner, and what became of them comes back."""

import asyncio
import logging
from collections.abc import Callable
from typing import cast

import msgspec
from typing_extensions import override

from command_api.errand import Errand
from command_api.handing_over.asked import asked
from command_api.handing_over.framing import UNSPEAKABLE, BadFrame, Inbox, Outbox
from command_api.handing_over.outcomes import error_of, reply_of
from command_api.handing_over.receiving import UNDER_WAY_MAX
from command_api.handing_over.wire import (
    RELEASE,
    Crowded,
    Failed,
    Forget,
    FromOwner,
    Greeting,
    Leaving,
    NotTaken,
    Ping,
    Replied,
    Said,
)
from command_api.writing.failures import OutcomeUnknown, Overloaded
from command_api.writing.pending import Pending

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
SILENT_LOOKS_MAX = 5
"""An owner that is asked and says nothing for so many looks, not even that it is there, is not waited for."""

DECODE = msgspec.msgpack.Decoder(FromOwner).decode


class Link(asyncio.Protocol):
    """`is_open` while commands may be handed over; `opened` tells whether it ever came to that.

    `give_back` gets those that the owner has certainly not taken; of the others nobody knows, once the link is lost.
    `hear_crowd` hears where there is room for how many.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        give_back: Callable[[Pending], None],
        hear_crowd: Callable[[str, int | None], None],
    ) -> None:
        self.is_open = False
        self.is_of_another_release = False
        self.opened: asyncio.Future[bool] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._give_back = give_back
        self._hear_crowd = hear_crowd
        self._inbox = Inbox()
        self._waiting: dict[int, Pending] = {}
        self._number = 0
        self._first_unsent = 0
        self._silent_looks = 0
        self._next_look: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._outbox = Outbox(self._loop, self._transport)
        self._outbox.put(Greeting(RELEASE))

    def hand_over(self, errand: Errand, pending: Pending) -> bool:
        """Ask the owner, and answer `pending` with what it says; False when it cannot be asked."""
        if not self.is_open or self._transport.is_closing():
            return False
        if len(self._waiting) >= UNDER_WAY_MAX:
            pending.fail(Overloaded())
            return True
        is_first, number = self._outbox.is_empty, self._number + 1
        try:
            frame = asked(number, errand, pending, self._loop.time())
        except UNSPEAKABLE:
            return False
        if not self._outbox.put(frame):
            return False
        if is_first:
            self._first_unsent = number
        self._number = number
        self._waiting[number] = pending
        if self._next_look is None:
            self._silent_looks = 0
            self._next_look = self._loop.call_later(LOOK_SECONDS, self._look)
        return True

    @override
    def data_received(self, data: bytes) -> None:
        self._silent_looks = 0
        try:
            for frame in self._inbox.frames(data):
                self._hear(DECODE(frame))
        except (BadFrame, msgspec.DecodeError) as error:
            log.warning("an owner says what makes no sense, and is not asked any more: %s", error)
            self._transport.abort()

    def _hear(self, frame: FromOwner) -> None:
        if isinstance(frame, Replied):
            pending = self._waiting.pop(frame.number, None)
            if pending is not None:
                pending.reply(*reply_of(frame))
        elif isinstance(frame, Said | Failed):
            error = error_of(frame)
            pending = self._waiting.pop(frame.number, None)
            if pending is not None:
                pending.fail(error)
        elif isinstance(frame, NotTaken):
            pending = self._waiting.pop(frame.number, None)
            if pending is not None:
                self._give_back(pending)
        elif isinstance(frame, Crowded):
            self._hear_crowd(frame.show_id, frame.places)
        elif isinstance(frame, Greeting):
            self._greeted(frame)
        elif isinstance(frame, Leaving):
            self.is_open = False

    def _greeted(self, frame: Greeting) -> None:
        if frame.release == RELEASE:
            self.is_open = True
            if not self.opened.done():
                self.opened.set_result(True)
        else:
            self.is_of_another_release = True
            self._transport.close()

    def _look(self) -> None:
        """Whether the owner is there, and who does not wait any more."""
        self._next_look = None
        if self._silent_looks >= SILENT_LOOKS_MAX:
            log.warning("an owner has not answered for some seconds, and is not waited for")
            self._transport.abort()
            return
        clock = self._loop.time()
        for number, pending in list(self._waiting.items()):
            # The owner keeps the deadline, too, and knows better what became of the command.
            if pending.deadline + LOOK_SECONDS < clock:
                pending.fail(OutcomeUnknown())
            if pending.future.done():
                del self._waiting[number]
            elif not pending.has_left():
                continue
            self._outbox.put(Forget(number))
        if self._waiting:
            self._silent_looks += 1
            self._outbox.put(Ping())
            self._next_look = self._loop.call_later(LOOK_SECONDS, self._look)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._next_look is not None:
            self._next_look.cancel()
        waiting, self._waiting = self._waiting, {}
        for number, pending in waiting.items():
            if not self._outbox.is_empty and number >= self._first_unsent:
                self._give_back(pending)
            else:
                pending.fail(OutcomeUnknown())
        if not self.opened.done():
            self.opened.set_result(False)
        if not self.lost.done():
            self.lost.set_result(None)

    def end(self) -> None:
        """Hang up: nothing is waited for any more."""
        self.is_open = False
        self._transport.close()
