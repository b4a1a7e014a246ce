"""`seatledger import FILE.json`: put a season on sale from one file."""

import sys
from pathlib import Path

import click
import orjson

from cli.database import database
from cli.importing.carrying_out import CALLER, import_season
from cli.importing.imported import Imported
from cli.importing.reading import read_season
from cli.importing.rehearsal import rehearse
from cli.importing.season import Season
from cli.importing.write_path import write_path
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.upgrade import upgrade
from runtime.serving import run


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@data_dir_option
@as_json_option
def command(file: Path, data_dir: Path | None, as_json: bool) -> None:
    """Import venues, ticket types and events from FILE (see docs/import.md).

    The whole file is checked before anything is written. Running it again adds only what is missing.
    """
    settings = settings_with(data_dir=data_dir)
    season = read_season(file)
    run(rehearse(season, file.name))
    with database(settings) as dsn:
        imported, position = run(_import(season, dsn, quiet=as_json))
    if as_json:
        click.echo(orjson.dumps(imported.as_json(position)))
    else:
        click.echo("\n".join(imported.lines()))
    if imported.refused:
        sys.exit(1)


async def _import(season: Season, dsn: str, *, quiet: bool) -> tuple[Imported, int]:
    """What came of it, and the log's position after it."""
    await upgrade(dsn)
    hidden = quiet or not sys.stderr.isatty()
    async with write_path(dsn, CALLER) as path:
        with click.progressbar(length=len(season), label="importing", file=sys.stderr, hidden=hidden) as bar:
            imported = await import_season(season, path, lambda: bar.update(1))
        return imported, await path.store.last_position()
