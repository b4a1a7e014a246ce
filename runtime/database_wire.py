"""Of a server that vanishes we hear no goodbye, and the server none of us: both kernels are asked to notice."""

import asyncpg

from runtime import lost_peers
from runtime.lost_peers import Patience

OURS = Patience(idle_seconds=4, again_seconds=2, asks=3, unacknowledged_seconds=10)
"""A dead wire is noticed after ten seconds, whether or not something was on its way."""

# The server holds locks and leases for whoever is gone. It waits longer for what it has sent: slow readers are there.
THE_SERVERS = OURS._replace(unacknowledged_seconds=60)

SERVER_SETTINGS = {
    "tcp_keepalives_idle": f"{THE_SERVERS.idle_seconds}s",
    "tcp_keepalives_interval": f"{THE_SERVERS.again_seconds}s",
    "tcp_keepalives_count": f"{THE_SERVERS.asks}",
    "tcp_user_timeout": f"{THE_SERVERS.unacknowledged_seconds}s",
}
"""Without effect on a Unix socket, and where the server's system has nothing of the kind."""


def notice_when_lost(connection: asyncpg.Connection) -> None:
    """Set what the system has for it."""
    # The driver has no public way to its socket. Without it all works, but notices later.
    transport = getattr(connection, "_transport", None)
    wire = transport.get_extra_info("socket") if transport is not None else None
    if wire is not None:
        lost_peers.notice_when_lost(wire, OURS)
