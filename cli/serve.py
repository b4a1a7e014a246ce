"""`seatledger serve`: one side of the API, or both, on a database that is there already."""

import socket
from pathlib import Path

import click

from cli.application import Side, application
from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import listening, settings_with
from cli.production import must_suit_production
from runtime.http.connections.limits import ConnectionLimits
from runtime.logs import configure_logging
from runtime.serving import bind, run, serve, url_of
from runtime.settings import Settings


@click.command("serve")
@click.argument("side", type=click.Choice([side.value for side in Side]))
@listening
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes on this port."
)
@data_dir_option
def command(side: str, host: str | None, port: int | None, workers: int, data_dir: Path | None) -> None:
    """Serve the command API, the query API, or all of it. The database must be migrated."""
    settings = settings_with(host=host, port=port, data_dir=data_dir)
    must_suit_production(settings)
    listener = bind(settings.host, settings.port)
    with database(settings) as dsn:
        click.echo(f"serving {side} at {url_of(listener)}", err=True)
        configure_logging(settings.log_level, settings.log_format)
        if workers > 1:
            from cli.workers import serve_with_workers  # noqa: PLC0415 - needs what Windows has not

            serve_with_workers(Side(side), dsn, settings, listener, workers)
        else:
            run(serve_side(Side(side), dsn, settings, listener))


async def serve_side(side: Side, dsn: str, settings: Settings, listener: socket.socket) -> None:
    """Serve until a stop signal."""
    async with application(side, dsn, settings) as app:
        await serve(
            app,
            settings.host,
            settings.port,
            grace_seconds=settings.shutdown_grace_seconds,
            wait_seconds=settings.shutdown_wait_seconds,
            listener=listener,
            limits=ConnectionLimits.of(settings),
            shedding=app.shedding,
            on_leaving=app.leave,
            on_stop=app.streams.end,
        )
