"""`seatledger users add`."""

import sys
from pathlib import Path

import click

from cli.accounts import accounts, register
from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.stopped import Stopped
from cli.upgrade import upgrade
from domain.refusal import Refused
from runtime.identity import Role
from runtime.ids import new_secret
from runtime.serving import run
from runtime.settings import Settings


@click.command("add")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do."
)
@click.option("--name", help="Their name.  [default: the address]")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; otherwise one is made up."
)
@data_dir_option
def add(*, email: str, role: str, name: str | None, password_stdin: bool, data_dir: Path | None) -> None:
    """Add an account and print its password, unless it was given."""
    if "@" not in email:
        raise click.BadParameter("give an e-mail address", param_hint="EMAIL")
    password = sys.stdin.readline().rstrip("\n") if password_stdin else new_secret(12)
    if len(password) < 8:
        raise click.BadParameter("a password has at least 8 characters", param_hint="--password-stdin")
    settings = settings_with(data_dir=data_dir)
    with database(settings) as dsn:
        run(_add(dsn, settings, email=email, password=password, name=name or email, role=Role(role)))
    click.echo(
        f"{email} can sign in as {role}" + ("" if password_stdin else f", with the password {password}")
    )


async def _add(dsn: str, settings: Settings, *, email: str, password: str, name: str, role: Role) -> None:
    await upgrade(dsn)
    async with accounts(dsn, settings) as known:
        try:
            await register(known, email, password, name, role)
        except Refused:
            raise Stopped(f"{email} has an account already") from None
