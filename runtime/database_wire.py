"""A server that vanishes says no goodbye: the kernel is asked to notice, or a statement would wait out its limit."""

import socket

import asyncpg

IDLE_SECONDS = 4
"""Without a word from the server before the kernel asks whether it is still there."""
ASK_AGAIN_SECONDS = 2
ASK_TIMES = 3
UNACKNOWLEDGED_SECONDS = 10
"""For what was sent to be acknowledged. Both ways a dead wire is noticed after ten seconds."""


def notice_when_lost(connection: asyncpg.Connection) -> None:
    """Set what the system has for it. Within one machine nothing gets lost."""
    # The driver has no public way to its socket, nor to these options. Without them all works, but notices later.
    transport = getattr(connection, "_transport", None)
    wire = transport.get_extra_info("socket") if transport is not None else None
    if wire is None or wire.family not in (socket.AF_INET, socket.AF_INET6):
        return
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", IDLE_SECONDS),
        ("TCP_KEEPINTVL", ASK_AGAIN_SECONDS),
        ("TCP_KEEPCNT", ASK_TIMES),
        ("TCP_USER_TIMEOUT", UNACKNOWLEDGED_SECONDS * 1000),
    ):
        # Each system has its own choice of these.
        if (option := getattr(socket, name, None)) is not None:
            wire.setsockopt(socket.IPPROTO_TCP, option, value)
