"""`seatledger restore`: bring a backup back into an empty place, and prove that it is what was backed up."""

from datetime import UTC, datetime
from pathlib import Path

import click

from cli.backing_up.empty_place import empty_server
from cli.backing_up.manifest import Manifest, check_files, read_manifest
from cli.backing_up.proving import Proof, proved
from cli.backing_up.recovering import recovered
from cli.backing_up.restoring import must_be_known, restored
from cli.backing_up.wrapped_by import must_have_keys
from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.stopped import Stopped
from runtime.serving import run
from runtime.settings import Settings

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class Moment(click.ParamType[datetime]):
    """A time with its offset from UTC; without one it would be anybody's guess."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            moment = datetime.min  # noqa: DTZ901 - refused in the next line
        if moment.tzinfo is None:
            self.fail("a time is written like 2027-03-14T20:00:00Z", param, ctx)
        return moment.astimezone(UTC)


@click.command("restore")
@click.argument("folder", type=FOLDER)
@click.option("--to-time", type=Moment(), help="As of this moment; needs a base backup and --archive.")
@click.option("--archive", type=FOLDER, help="Folder of the write-ahead log that was archived since.")
@click.option(
    "--prove", "only_prove", is_flag=True, help="Restore nothing: hold the database that is there against it."
)
@click.option("--without-key", is_flag=True, help="Restore although the master key is not here.")
@data_dir_option
def command(
    *,
    folder: Path,
    to_time: datetime | None,
    archive: Path | None,
    only_prove: bool,
    without_key: bool,
    data_dir: Path | None,
) -> None:
    """Restore the backup in FOLDER: a dump into an empty database, a base backup into an empty data folder. Nothing is
    ever overwritten. Exit code 1: it is not what was backed up.

    With --prove, a database that was restored by other means is proved in the same way.
    """
    settings = settings_with(data_dir=data_dir)
    manifest = read_manifest(folder)
    if manifest.kind == "dump" and (to_time or archive):
        raise click.UsageError("a dump is of one moment; --to-time and --archive are for base backups")
    if to_time is not None and archive is None:
        raise click.UsageError("--to-time needs --archive: a base backup alone is of one moment")
    must_be_known(manifest)
    if only_prove:
        with database(settings) as dsn:
            _tell(run(proved(dsn, manifest, read_tables=False)), manifest)
        return
    if not without_key:
        must_have_keys(settings, manifest.master_keys)
    check_files(folder, manifest)
    if manifest.kind == "base":
        proof = recovered(settings, folder, manifest, archive, to_time)
    else:
        proof = from_dump(settings, folder, manifest)
    _tell(proof, manifest)


def from_dump(settings: Settings, folder: Path, manifest: Manifest) -> Proof:
    """Into the database of DATABASE_URL, or a data folder of our own."""
    with empty_server(settings) as dsn:
        made = run(restored(dsn, folder, manifest))
        for name in made:
            click.echo(f"made the role {name}, without a password")
        return run(proved(dsn, manifest))


def _tell(proof: Proof, manifest: Manifest) -> None:
    if proof.first_bad is not None:
        raise Stopped(f"it was restored, and is not what was backed up: {proof.first_bad}")
    click.echo(
        f"there are {proof.position:,} facts; the chain of hashes is whole, {proof.seals:,} seals hold"
    )
    root = manifest.log.root[:16]
    click.echo(f"up to position {manifest.log.position:,} the log has the root {root}, as the backup says")
    if proof.to_rebuild:
        click.echo(
            f"to be filled again from the log, by `seatledger project` or `up`: {', '.join(proof.to_rebuild)}"
        )
    elif proof.read_tables:
        click.echo(f"{proof.read_tables} read models have the same rows")
