"""What ends a verb is told in one line where somebody can do something about it."""

import asyncpg
import pytest
from click.testing import CliRunner

from cli import migrate
from cli.failures import one_line
from runtime.database import DatabaseUnavailable

AWAY = asyncpg.ConnectionDoesNotExistError("connection was closed\nin the middle of operation")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (DatabaseUnavailable("PostgreSQL at x is unavailable"), "PostgreSQL at x is unavailable"),
        (AWAY, "PostgreSQL went away: connection was closed in the middle of operation"),
        (asyncpg.CannotConnectNowError("starting up"), "PostgreSQL went away: starting up"),
        (asyncpg.UndefinedTableError("no such table"), None),
        (
            ExceptionGroup("several", [AWAY]),
            "PostgreSQL went away: connection was closed in the middle of operation",
        ),
        (ExceptionGroup("several", [AWAY, KeyError("a mistake")]), None),
        (KeyError("a mistake"), None),
    ],
)
def test_a_database_that_goes_away_is_one_line_and_a_mistake_of_ours_a_trace(
    error: BaseException, line: str | None
) -> None:
    assert one_line(error) == line


def test_two_steps_of_an_upgrade_are_not_taken_for_one() -> None:
    said = CliRunner().invoke(migrate.command, ["--pre", "--post"])
    assert said.exit_code == 2
    assert "two steps" in said.output
