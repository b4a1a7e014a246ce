"""What goes wrong while keys and revocations are followed is said once, and with a trace only where we are to blame."""

import logging

import asyncpg
import pytest

from runtime.authentication.spell import Spell
from tests.runtime.authentication.conftest import Process
from tests.runtime.authentication.waiting import until

AWAY = asyncpg.ConnectionDoesNotExistError("connection was closed\nin the middle of operation")
MISTAKE = asyncpg.UndefinedTableError('relation "revocation" does not exist')
Said = list[tuple[str, bool]]


def said(caplog: pytest.LogCaptureFixture) -> Said:
    """The level of each line, and whether a trace comes with it."""
    return [(record.levelname, record.exc_info is not None) for record in caplog.records]


def test_an_outage_is_one_line_however_long_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    spell = Spell("keys cannot be read")
    for error in (AWAY, TimeoutError(), OSError("refused"), AWAY):
        spell.failed(error)
    assert said(caplog) == [("WARNING", False)]
    assert caplog.messages == [
        "keys cannot be read for now: connection was closed in the middle of operation"
    ]


def test_a_mistake_has_its_trace_also_in_the_middle_of_an_outage(caplog: pytest.LogCaptureFixture) -> None:
    spell = Spell("keys cannot be read")
    for error in (AWAY, MISTAKE, MISTAKE, AWAY):
        spell.failed(error)
    assert said(caplog) == [("WARNING", False), ("ERROR", True)]


def test_the_next_outage_is_said_again(caplog: pytest.LogCaptureFixture) -> None:
    spell = Spell("keys cannot be read")
    spell.failed(AWAY)
    spell.ended()
    spell.failed(AWAY)
    assert said(caplog) == [("WARNING", False)] * 2


async def test_while_the_database_is_away_no_trace_is_written(
    process: Process, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with process(signs=False) as known:
        failed, read = 0, known.revocations.read

        async def away() -> None:
            nonlocal failed
            failed += 1
            raise AWAY

        with caplog.at_level(logging.INFO), pytest.MonkeyPatch.context() as patch:
            patch.setattr(known.revocations, "read", away)
            await until(lambda: failed >= 2)
        assert known.revocations.read == read
        assert said(caplog) == [("WARNING", False)]
