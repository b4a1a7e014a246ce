"""`seatledger audit export`: the whole log as a file that proves itself."""

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from cli.auditing.bars import Progress, bar
from cli.auditing.reading import audit_pool
from cli.auditing.recording import recorded
from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.stopped import Stopped
from eventstore.offline.lines import Trailer
from eventstore.postgres.exporting import export as export_log
from eventstore.postgres.tree import TreeBroken
from runtime.ids import utc_now
from runtime.serving import run

PACKED_LEVEL = 6
STANDARD_OUTPUT = "-"


@click.command("export")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--after", type=click.IntRange(0), default=0, metavar="POSITION", help="Only facts after this position."
)
@click.option(
    "--format", "_format", type=click.Choice(["ndjson"]), default="ndjson", help="One JSON object a line."
)
@click.option("--gzip", "packed", is_flag=True, help="Compress it.")
@data_dir_option
def export(*, file: str, after: int, _format: str, packed: bool, data_dir: Path | None) -> None:
    """Write the log to FILE, or to standard output: every fact as it was hashed, all seals and public keys.

    `seatledger audit verify --export FILE --key KEY` proves it anywhere, without this database.
    """
    try:
        with (
            database(settings_with(data_dir=data_dir)) as dsn,
            _destination(file) as plain,
            _packed(plain, packed) as to,
            bar("exporting") as progress,
        ):
            written = run(_export(dsn, after, file, to, progress))
    except OSError as error:
        raise Stopped(f"the log could not be exported to {file}: {error.strerror or error}") from None
    except TreeBroken as error:
        raise Stopped(
            f"the log could not be exported: {error}. `seatledger audit verify` says more"
        ) from None
    click.echo(f"exported: {written.facts:,} facts, {written.seals:,} seals", err=file == STANDARD_OUTPUT)


async def _export(dsn: str, after: int, file: str, to: BinaryIO, progress: Progress) -> Trailer:
    async def write(text: bytes) -> None:
        to.write(text)

    asked = {"after": after, "file": file}
    async with audit_pool(dsn) as pool, recorded(pool, "export", {}, asked) as telling:
        written = await export_log(pool, after, utc_now(), write, progress)
        to.flush()
        telling.facts = written.facts
        return written


@contextmanager
def _destination(file: str) -> Iterator[BinaryIO]:
    """A file that has its name when it is whole and on the disk. What is there and no file, such as a pipe or a device,
    is written to and stays what it is.
    """
    path = Path(file)
    if file == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif path.exists() and not path.is_file():
        with path.open("wb") as opened:
            yield opened
    else:
        with _draft(path) as opened:
            yield opened


@contextmanager
def _draft(path: Path) -> Iterator[BinaryIO]:
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with draft.open("xb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _packed(plain: BinaryIO, packed: bool) -> Iterator[BinaryIO]:
    if not packed:
        yield plain
        return
    # Without the time, so that the same log gives the same bytes.
    with gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=PACKED_LEVEL, mtime=0) as to:
        yield cast("BinaryIO", to)
