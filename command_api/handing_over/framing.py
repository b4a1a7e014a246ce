"""Frames in a stream of bytes, each after its length: those that come, and those that go, many of them in one write."""

import asyncio
from collections.abc import Iterator

import msgspec

from command_api.handing_over.wire import Frame

LENGTH_BYTES = 4
FRAME_BYTES_MAX = 1024 * 1024
"""The largest booking has some twenty kilobytes."""
UNREAD_BYTES_MAX = 16 * 1024 * 1024
"""Whoever has left so much unread does not read any more."""

UNSPEAKABLE = (OverflowError, ValueError)
"""What MessagePack has no bytes for: a number beyond 64 bits, half a surrogate pair."""

ENCODER = msgspec.msgpack.Encoder()


class BadFrame(Exception):
    """What has come is nothing that a worker of ours says."""


class Inbox:
    """What has come, until it is a whole frame."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def frames(self, data: bytes) -> Iterator[bytes]:
        """The frames that `data` makes whole. Raises `BadFrame` for one that would be too large."""
        held = self._bytes
        held += data
        start, end = 0, len(held)
        try:
            while end - start >= LENGTH_BYTES:
                begin = start + LENGTH_BYTES
                length = int.from_bytes(held[start:begin], "little")
                if length > FRAME_BYTES_MAX:
                    raise BadFrame(f"a frame of {length} bytes")
                if end - begin < length:
                    return
                start = begin + length
                yield bytes(held[begin:start])
        finally:
            del held[:start]


class Outbox:
    """What goes to a `transport`, at the end of the event loop's turn: to write costs more than to encode."""

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport) -> None:
        self._loop = loop
        self._transport = transport
        self._bytes = bytearray()

    @property
    def is_empty(self) -> bool:
        """Everything has been given to the transport."""
        return not self._bytes

    def put(self, frame: Frame) -> bool:
        """Send it with all others of this turn; False, and it is not sent, when it cannot be put into a frame."""
        held = self._bytes
        start = len(held)
        held += bytes(LENGTH_BYTES)
        try:
            ENCODER.encode_into(frame, held, -1)
        except UNSPEAKABLE:
            del held[start:]
            return False
        length = len(held) - start - LENGTH_BYTES
        if length > FRAME_BYTES_MAX:
            del held[start:]
            return False
        held[start : start + LENGTH_BYTES] = length.to_bytes(LENGTH_BYTES, "little")
        if not start:
            self._loop.call_soon(self.flush)
        return True

    def flush(self) -> None:
        """Write now. A peer that does not read is cut off: what it has not been told it will not know."""
        if not self._bytes or self._transport.is_closing():
            return
        held, self._bytes = self._bytes, bytearray()
        self._transport.write(held)
        if self._transport.get_write_buffer_size() > UNREAD_BYTES_MAX:
            self._transport.abort()
