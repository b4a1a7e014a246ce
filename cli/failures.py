"""Which exceptions are a user's to know, each as one line with the way out."""

import asyncpg

from cli.stopped import Stopped
from eventstore.store import StoreUnavailable
from runtime.authentication.key_look_up import SigningKeyUnreadable
from runtime.database import DatabaseUnavailable, RoleUnusable, is_unavailable
from runtime.embedded_postgres.errors import EmbeddedPostgresError
from runtime.master_key import MasterKeyMissing
from runtime.migration_files import MigrationRefused
from runtime.postgres_programs import NoProgram, ProgramFailed
from runtime.serving import CannotListen, StartFailed
from runtime.settings import BadSettings

OURS = (
    BadSettings,
    CannotListen,
    DatabaseUnavailable,
    EmbeddedPostgresError,
    MasterKeyMissing,
    MigrationRefused,
    NoProgram,
    ProgramFailed,
    SigningKeyUnreadable,
    StartFailed,
    Stopped,
    StoreUnavailable,
)

ROLES_WAY_OUT = (
    "Run `seatledger migrate` first, which makes the roles, and connect as a user that may act as them"
)


def one_line(error: BaseException) -> str | None:
    """The line to show; None for what is a mistake of ours, whose trace is wanted."""
    if isinstance(error, BaseExceptionGroup):
        lines = [one_line(inner) for inner in error.exceptions]
        return lines[0] if None not in lines else None
    if isinstance(error, RoleUnusable):
        return f"{error}. {ROLES_WAY_OUT}"
    if isinstance(error, OURS):
        return " ".join(str(error).split())
    if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError) and is_unavailable(error):
        # It went away while something was being prepared, after it had answered once.
        return f"PostgreSQL went away: {' '.join(str(error).split())}"
    return None
