"""Verbs as they are typed, in this process, while a test's own loop goes on."""

import asyncio
from collections.abc import Awaitable, Callable

import click
import pytest

from cli.failures import one_line
from cli.main import commands
from runtime.ids import new_bytes
from runtime.master_key import KEY_BYTES

Typed = Callable[..., Awaitable[str]]

MASTER_KEY = new_bytes(KEY_BYTES).hex()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs a verb and returns what it printed, or the one line with which it ended."""

    async def run(*words: object, **settings: object) -> str:
        monkeypatch.setenv("SEATLEDGER_MASTER_KEY", MASTER_KEY)
        for name, value in settings.items():
            monkeypatch.setenv(name, str(value))
        try:
            await asyncio.to_thread(commands, [str(word) for word in words], standalone_mode=False)
        except click.UsageError as error:
            return error.format_message()
        except Exception as error:
            line = one_line(error)
            if line is None:
                raise
            return line
        return capsys.readouterr().out

    return run
