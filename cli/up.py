"""`seatledger up`: database, migrations, projectors and both APIs, from one command."""

import asyncio
import socket
from pathlib import Path

import click

from cli.application import Side, application
from cli.database import own_database
from cli.first_administrator import ensure_administrator
from cli.options import data_dir as data_dir_option
from cli.options import listening, settings_with
from cli.production import must_suit_production
from cli.projector_process import ProjectorProcess
from cli.secrets import Administrator, administrator, master_key
from cli.upgrade import upgrade
from runtime.http.connections.limits import ConnectionLimits
from runtime.logs import configure_logging
from runtime.serving import bind, run, serve
from runtime.settings import Settings


@click.command("up")
@listening
@data_dir_option
@click.option("--demo", is_flag=True, help="Load a season and simulate customers.")
def command(host: str | None, port: int | None, data_dir: Path | None, demo: bool) -> None:
    """Start everything on this machine and print where it is."""
    settings = settings_with(host=host, port=port, data_dir=data_dir)
    must_suit_production(settings)
    # Before anything is started: a taken port costs nobody a half start.
    listener = bind(settings.host, settings.port)
    configure_logging(settings.log_level, settings.log_format)
    with own_database(settings) as dsn:
        run(_up(dsn, settings, listener, demo))
    click.echo("stopped")


async def _up(dsn: str, settings: Settings, listener: socket.socket, demo: bool) -> None:
    await upgrade(dsn)
    admin = administrator(settings)
    await ensure_administrator(dsn, admin, settings)
    with ProjectorProcess(dsn, settings):
        async with application(Side.ALL, dsn, settings) as app, asyncio.TaskGroup() as tasks:
            stop_demo = asyncio.Event()

            def ready(url: str) -> None:
                _print_addresses(url, admin, settings)
                if demo:
                    from cli.demo.run import run_demo  # noqa: PLC0415 - only a demo needs it

                    tasks.create_task(run_demo(dsn, master_key(settings), stop_demo, click.echo))

            try:
                await serve(
                    app,
                    settings.host,
                    settings.port,
                    grace_seconds=settings.shutdown_grace_seconds,
                    wait_seconds=settings.shutdown_wait_seconds,
                    on_ready=ready,
                    listener=listener,
                    limits=ConnectionLimits.of(settings),
                    shedding=app.shedding,
                    on_leaving=app.leave,
                    on_stop=app.streams.end,
                )
            finally:
                stop_demo.set()


def _print_addresses(url: str, admin: Administrator, settings: Settings) -> None:
    click.echo(f"Seatledger is up at {url}")
    click.echo(f"  API          {url}/api/v1")
    click.echo(f"  docs         {url}/docs  {url}/redoc")
    click.echo(f"  health       {url}/health  {url}/metrics")
    if settings.admin_password is not None:
        click.echo(f"  sign in as   {admin.email}, password as in SEATLEDGER_ADMIN_PASSWORD")
    elif admin.is_new:
        click.echo(f"  sign in as   {admin.email}  password {admin.password}")
        click.echo(f"               (shown once; kept in {settings.data_dir / 'administrator'})")
    else:
        click.echo(f"  sign in as   {admin.email}, password in {settings.data_dir / 'administrator'}")
    click.echo("Ctrl-C stops it.")
