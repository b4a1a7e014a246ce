"""`seatledger audit`: prove the log, and take it elsewhere."""

import click

from cli.auditing.export import export
from cli.auditing.replay import replay
from cli.auditing.verify import verify

command = click.Group(
    "audit",
    [verify, export, replay],
    help="Prove that the log is whole, export it with its proof, and replay it.",
)
