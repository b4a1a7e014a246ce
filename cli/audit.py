"""`seatledger audit`: prove the log, and take it elsewhere."""

import click

from cli.auditing.export import export
from cli.auditing.replay import replay
from cli.auditing.statistics import statistics
from cli.auditing.verify import verify
from cli.auditing.why import why

command = click.Group(
    "audit",
    [verify, export, replay, statistics, why],
    help="Prove that the log is whole, export it with its proof, replay it, and ask how anything was, and why.",
)
