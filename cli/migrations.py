"""Which migrations make up the database, in the order in which they must run."""

from importlib.resources import files

from runtime.migration_files import MigrationSource

PACKAGES = ("eventstore", "runtime", "command_api", "projections", "audit_api")
"""Each has a folder `migrations`; a later one may use what an earlier one made."""


def migration_sources() -> list[MigrationSource]:
    """The sources that have any migration yet."""
    folders = ((package, files(package).joinpath("migrations")) for package in PACKAGES)
    return [
        MigrationSource(package, folder)
        for package, folder in folders
        if folder.is_dir() and any(file.name.endswith(".sql") for file in folder.iterdir())
    ]
