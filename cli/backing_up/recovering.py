"""Restore a base backup: its files, and from the archive all that was written since, up to a moment."""

import shutil
from datetime import datetime
from pathlib import Path

from cli.backing_up.empty_place import new_cluster
from cli.backing_up.manifest import Manifest
from cli.backing_up.proving import Proof, proved
from cli.backing_up.server_files import FOLDER
from cli.database import DATABASE
from cli.stopped import Stopped
from cli.upgrade import upgrade
from runtime.embedded_postgres.archive import recovery_settings
from runtime.embedded_postgres.cluster import cluster_folder
from runtime.embedded_postgres.errors import DidNotStart
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.postgres_programs import ProgramFailed, check_with, program
from runtime.serving import run
from runtime.settings import Settings

RECOVERY_SECONDS_MAX = 24 * 3600.0


def recovered(
    settings: Settings, folder: Path, manifest: Manifest, archive: Path | None, to_time: datetime | None
) -> Proof:
    """Into a data folder. Raises Stopped, and EmbeddedPostgresError."""
    if settings.database_url is not None:
        raise Stopped(
            "a base backup is of a whole server, which DATABASE_URL cannot be turned into: unset it to restore into a "
            "data folder, or see docs/reliability.md for a server of your own"
        )
    try:
        check_with(program("pg_verifybackup", manifest.server), folder / FOLDER)
    except ProgramFailed as error:
        raise Stopped(f"{folder} is not what was backed up, use another backup: {error}") from None
    with new_cluster(settings.data_dir) as scratch:
        cluster = cluster_folder(scratch, manifest.server)
        shutil.copytree(folder / FOLDER, cluster, symlinks=True)
        if archive is not None:
            # The server looks for this file to know that it is to fetch what was archived.
            (cluster / "recovery.signal").touch()
        server = EmbeddedPostgres(
            scratch,
            database=DATABASE,
            settings=recovery_settings(archive, to_time),
            ready_seconds_max=RECOVERY_SECONDS_MAX,
        )
        try:
            dsn = server.start()
        except DidNotStart as error:
            # Its log goes with the folder.
            raise Stopped(f"the backup could not be brought to that moment: {error}") from None
        try:
            run(upgrade(dsn))
            return run(proved(dsn, manifest))
        finally:
            server.stop()
