"""The verbs of `seatledger users`."""

import click

from cli.users.add import add
from cli.users.change import disable, enable, role
from cli.users.list import list_users
from cli.users.reset import reset

command = click.Group(
    "users", [add, list_users, role, disable, enable, reset], help="Accounts of any role, and who gets in."
)
