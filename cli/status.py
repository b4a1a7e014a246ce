"""`seatledger status`: how far the log and every read model are."""

from dataclasses import asdict
from pathlib import Path

import click
import orjson

from cli.database import database
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.projecting import projector_pool
from eventstore.postgres.store import PostgresStore
from projections.status import ProjectorStatus, statuses
from runtime.ids import utc_now
from runtime.serving import run
from runtime.settings import Settings


@click.command("status")
@as_json_option
@data_dir_option
def command(as_json: bool, data_dir: Path | None) -> None:
    """Show the log's last position and, for each read model, its lag in facts and seconds and its parked streams."""
    settings = settings_with(data_dir=data_dir)
    with database(settings) as dsn:
        position, found = run(_look(dsn, settings))
    if as_json:
        models = [asdict(one) for one in found]
        click.echo(orjson.dumps({"last_position": position, "read_models": models}).decode())
        return
    click.echo(f"log at position {position}")
    for one in found:
        click.echo(_line(one))
        for parked in one.parked:
            click.echo(f"    parked: {parked.stream} at position {parked.position}: {parked.error}")


async def _look(dsn: str, settings: Settings) -> tuple[int, list[ProjectorStatus]]:
    async with projector_pool(dsn, settings) as pool:
        return await PostgresStore(pool).last_position(), await statuses(pool, utc_now())


def _line(one: ProjectorStatus) -> str:
    version = "not made yet" if one.version is None else f"version {one.version}"
    if one.version not in (None, one.code_version):
        version += f", this program has {one.code_version}"
    behind = (
        "up to date" if not one.lag_facts else f"{one.lag_facts} facts and {one.lag_seconds:.1f} s behind"
    )
    return f"  {one.name:<14} {version:<14} at {one.position:<10} {behind}"
