"""`seatledger users list`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from cli.database import database
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.users.connected import connected
from command_api.accounts.account_list import AccountList
from runtime.identity import Role
from runtime.serving import run

PAGE_SIZE = 1000


@click.command("list")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Only those of this role.")
@as_json_option
@data_dir_option
def list_users(*, role: str | None, as_json: bool, data_dir: Path | None) -> None:
    """Show the accounts there are, the newest first."""
    with database(settings_with(data_dir=data_dir)) as dsn:
        run(_show(dsn, role, as_json=as_json))


async def _show(dsn: str, role: str | None, *, as_json: bool) -> None:
    async with connected(dsn) as pool:
        accounts, before = AccountList(pool), None
        while page := await accounts.page(role, None, before, PAGE_SIZE):
            for account in page:
                click.echo(_line(account, as_json=as_json))
            before = page[-1]["id"]


def _line(account: Mapping[str, Any], *, as_json: bool) -> str:
    if as_json:
        # Names are encrypted, and opening them is for those who may see them.
        shown = {name: value for name, value in account.items() if name != "name"}
        return orjson.dumps(shown, option=orjson.OPT_UTC_Z).decode()
    disabled = "  disabled" if account["status"] == "disabled" else ""
    return f"{account['id']}  {account['role']:<10}  {account['email']}{disabled}"
