"""A peer that vanishes says no goodbye: the kernel is asked to notice, or a connection waits for it a quarter of an
hour, or for ever.
"""

import socket
from typing import NamedTuple, Protocol


class Patience(NamedTuple):
    """After `idle_seconds` without a word the kernel asks whether the peer is there, `asks` times before it gives up,
    with `again_seconds` in between. What was sent must be acknowledged, and where the peer takes no more, be taken,
    within `unacknowledged_seconds`.
    """

    idle_seconds: int
    again_seconds: int
    asks: int
    unacknowledged_seconds: int


class Wire(Protocol):
    """What is asked of a socket, or of what an event loop shows of one."""

    @property
    def family(self) -> int: ...

    def setsockopt(self, level: int, option: int, value: int, /) -> None: ...


def notice_when_lost(wire: Wire, patience: Patience) -> None:
    """Set what the system has for it. Whom a listening socket accepts has it too, on Linux. Within one machine nothing
    gets lost.
    """
    if wire.family not in (socket.AF_INET, socket.AF_INET6):
        return
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", patience.idle_seconds),
        ("TCP_KEEPINTVL", patience.again_seconds),
        ("TCP_KEEPCNT", patience.asks),
        ("TCP_USER_TIMEOUT", patience.unacknowledged_seconds * 1000),
    ):
        # Each system has its own choice of these.
        if (option := getattr(socket, name, None)) is not None:
            wire.setsockopt(socket.IPPROTO_TCP, option, value)
