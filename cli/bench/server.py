"""`python -m cli.bench.server SIDE SOCKET PARENT`: one side, served on an inherited socket until it is told to stop."""

import socket
import sys

from cli.bench.sides.known import SIDES
from cli.bench.sides.side import Side
from cli.orphans import end_with_parent
from runtime.http.application import Application
from runtime.http.connections.limits import ConnectionLimits
from runtime.logs import configure_logging
from runtime.serving import run, serve
from runtime.settings import Settings, load_settings


def main() -> None:
    """Serve as `seatledger serve` does: same server, same loop, logs on."""
    name, descriptor, parent = sys.argv[1:]
    end_with_parent(int(parent))
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    run(_serve(SIDES[name], settings, socket.socket(fileno=int(descriptor))))


async def _serve(side: Side, settings: Settings, listener: socket.socket) -> None:
    async with side.serving(settings.database_url or "", settings) as app:
        await serve(
            app,
            settings.host,
            settings.port,
            grace_seconds=settings.shutdown_grace_seconds,
            listener=listener,
            limits=ConnectionLimits.of(settings),
            shedding=app.shedding if isinstance(app, Application) else None,
        )


if __name__ == "__main__":
    main()
