"""A program that cannot start says why in one line and leaves with code 1."""

import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.programs import COMMAND, environment
from tests.system.figures import tell
from tests.system.servers import free_port, serving, settings_for

SECONDS_MAX = 90.0


def refused(*arguments: str, settings: dict[str, str]) -> list[str]:
    """The lines of a start that fails: logs are JSON, what is said to the user is not."""
    began = time.monotonic()
    done = subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(settings),
        timeout=SECONDS_MAX,
    )
    assert done.returncode == 1, done
    assert time.monotonic() - began < SECONDS_MAX
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("{", "serving "))]
    tell(f"{' '.join(arguments)}: {lines}")
    return lines


@pytest.mark.parametrize("verb", [("serve", "command-api"), ("up",)], ids=" ".join)
def test_without_a_database_it_says_which_one_is_missing(verb: tuple[str, ...], tmp_path: Path) -> None:
    secret = "the-password-of-the-database"
    settings = settings_for(tmp_path, f"postgresql://shop:{secret}@127.0.0.1:{free_port()}/tickets")
    [line] = refused(*verb, "--port", "0", settings=settings)
    assert line.startswith("seatledger: PostgreSQL at 127.0.0.1:")
    assert "/tickets is unavailable: " in line
    assert secret not in line


@pytest.mark.parametrize("verb", [("serve", "command-api"), ("up",)], ids=" ".join)
def test_a_port_in_use_is_said_before_anything_is_started(verb: tuple[str, ...], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        [line] = refused(*verb, "--port", port, settings=settings_for(tmp_path))
    assert line == f"seatledger: port {port} on 127.0.0.1 is in use by another program"
    assert list(tmp_path.iterdir()) == []


async def test_a_second_up_on_the_same_folder_is_refused_and_the_first_goes_on(
    folder_for_a_server: Path,
) -> None:
    settings = settings_for(folder_for_a_server)
    async with serving("up", settings=settings) as first:
        [line] = refused("up", "--port", "0", settings=settings)
        assert str(folder_for_a_server) in line
        await first.until_ready()
