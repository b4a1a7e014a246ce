"""The README's commands, run in their order by bash against a server started as the README says."""

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.programs import Program

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```", README, re.MULTILINE | re.DOTALL)

# These install and start; their place is taken by `seatledger up` as it is installed already.
SET_UP = ["python3 dev.py up\n", "python3 dev.py test\n", "uv run seatledger up\nuv run pytest\n"]
URL = "http://127.0.0.1:8000"
PASSWORD = "the password that up printed"
BLOCK_SECONDS_MAX = 120.0
END_OF_BLOCK = "---- end of block ----"


def test_a_newcomer_first_sees_the_two_commands() -> None:
    assert BLOCKS[: len(SET_UP)] == SET_UP
    assert "seatledger" in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 110


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl")
def test_a_first_booking_goes_as_the_readme_says(
    folders_for_servers: Callable[[], Path], tmp_path: Path
) -> None:
    with Program(
        "up", "--port", "0", settings={"SEATLEDGER_DATA_DIR": str(folders_for_servers() / "data")}
    ) as server:
        url = server.says(r"Seatledger is up at (http://\S+)")[1]
        password = server.says(r"sign in as   admin@seatledger\.local  password (\S+)")[1]
        outputs = run_blocks(url, password, tmp_path)
        assert server.stop() == 0
    *_, booked, read, available, audited = [output for output in outputs if output]

    head, _, body = booked.partition("\n\n")
    booking = json.loads(body)
    assert head.startswith("HTTP/1.1 201 ")
    assert re.search(r"^seatledger-position: \d+$", head, re.MULTILINE | re.IGNORECASE)
    assert (booking["status"], len(booking["tickets"])) == ("confirmed", 2)
    assert booking["total"] == {"amount": 5000, "currency": "EUR"}

    assert json.loads(read) == booking
    numbers = json.loads(available)
    assert [numbers[name] for name in ("capacity", "sold", "available")] == [100, 2, 98]
    audit = json.loads(audited)
    assert audit["booking"]["id"] == booking["id"]
    assert [step["fact"] for step in audit["history"]] == ["SeatsBooked"]
    assert audit["chain"] == "verified"


def run_blocks(url: str, password: str, folder: Path) -> list[str]:
    """What each block printed. They share one shell, as they would in a terminal."""
    assert README.count(URL) == README.count("127.0.0.1"), "one address, so that it can be replaced"
    script = "".join(f"{block}echo; echo '{END_OF_BLOCK}'\n" for block in BLOCKS[len(SET_UP) :])
    script = script.replace(URL, url).replace(PASSWORD, password)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=BLOCK_SECONDS_MAX,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return [output.strip() for output in done.stdout.split(END_OF_BLOCK)]
