"""`seatledger users reset`."""

from pathlib import Path

import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.users.connected import connected, user_id_of
from command_api.accounts import reset_tokens
from runtime.ids import utc_now
from runtime.serving import run


@click.command("reset")
@click.argument("email")
@data_dir_option
def reset(*, email: str, data_dir: Path | None) -> None:
    """Print a token with which a new password is chosen within 30 minutes: POST /api/v1/auth/password-reset/confirm."""
    with database(settings_with(data_dir=data_dir)) as dsn:
        token = run(_token(dsn, email))
    click.echo(token)


async def _token(dsn: str, email: str) -> str:
    async with connected(dsn) as pool:
        return await reset_tokens.make(pool, await user_id_of(pool, email), utc_now())
