"""`seatledger audit`: prove the log, and take it elsewhere."""

import click

from cli.auditing.export import export
from cli.auditing.verify import verify

command = click.Group(
    "audit", [verify, export], help="Prove that the log is whole, and export it with its proof."
)
