"""`seatledger users role|disable|enable`."""

from collections.abc import Callable
from pathlib import Path

import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.users.connected import change, connected
from domain.user.commands import ChangeUserRole, DisableUser, EnableUser, UserCommand
from runtime.identity import Role
from runtime.ids import utc_now
from runtime.serving import run


@click.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@data_dir_option
def role(*, email: str, role: str, data_dir: Path | None) -> None:
    """Give an account another role. Tokens with the old one, and API keys, count no more at once."""
    _change(data_dir, email, lambda user_id, others: ChangeUserRole(user_id, role, utc_now(), others))
    click.echo(f"{email} is {role} now")


@click.command("disable")
@click.argument("email")
@data_dir_option
def disable(*, email: str, data_dir: Path | None) -> None:
    """Let somebody in no more: sessions, tokens and API keys end at once."""
    _change(data_dir, email, lambda user_id, others: DisableUser(user_id, utc_now(), others))
    click.echo(f"{email} cannot sign in any more")


@click.command("enable")
@click.argument("email")
@data_dir_option
def enable(*, email: str, data_dir: Path | None) -> None:
    """Let somebody in again, with the password they had."""
    _change(data_dir, email, lambda user_id, _others: EnableUser(user_id, utc_now()))
    click.echo(f"{email} can sign in again")


def _change(data_dir: Path | None, email: str, command: Callable[[str, int], UserCommand]) -> None:
    with database(settings_with(data_dir=data_dir)) as dsn:
        run(_changed(dsn, email, command))


async def _changed(dsn: str, email: str, command: Callable[[str, int], UserCommand]) -> None:
    async with connected(dsn) as pool:
        await change(pool, email, command)
