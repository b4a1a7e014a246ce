"""docs/audit.md: the auditor's session is what an auditor sees, command by command."""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.programs import COMMAND, Program, finished
from tests.system.http import ask

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "audit.md").read_text("utf-8")
SESSION = PAGE.split("## An auditor's session", 1)[1].split("\n## ", 1)[0]
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
PASSWORD = "correct horse battery"
SESSION_SECONDS_MAX = 120.0

OTHER_EACH_TIME = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{1,12}"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
    (re.compile(r"cli:\S+"), "OPERATOR"),
    (re.compile(r"\d+"), "N"),
)

# Neither a network nor a database, whatever is imported.
NO_SOCKETS = """
import sys
def refuse(name, arguments):
    if name.startswith("socket."):
        raise RuntimeError(f"the offline verifier used {name}")
sys.addaudithook(refuse)
"""


def commands() -> list[tuple[str, str]]:
    """Each command, with what the page says that it prints."""
    text = "".join(CONSOLE.findall(SESSION))
    found = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        first, *lines = part.splitlines()
        more = [line.removeprefix("> ") for line in lines if line.startswith("> ")]
        said = [line for line in lines if not line.startswith("> ")]
        found.append(("\n".join((first, *more)), "\n".join(said)))
    return found


def plain(text: str) -> str:
    """Without what is other each time."""
    for pattern, word in OTHER_EACH_TIME:
        text = pattern.sub(word, text)
    return text.strip()


def is_said(expected: str, actual: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in plain(expected).split("..."))
    return re.fullmatch(pattern, plain(actual), re.DOTALL) is not None


async def a_dispute(port: int, admin: str, seal: Callable[[], str]) -> None:
    """Ana books all there is, Bob is refused, all of that is sealed; Ana cancels."""

    async def asked(method: str, path: str, body: Any, token: str = "", status: int = 201) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await ask(port, method, f"/api/v1{path}", body, headers)
        assert answer.status == status, answer.body
        return answer.json()

    async def signed_in(email: str, password: str) -> str:
        found = await asked("POST", "/auth/login", {"email": email, "password": password}, status=200)
        return str(found["access_token"])

    event = await asked(
        "POST", "/events",
        {"name": "Jazz", "venue_name": "Town Hall", "timezone": "Europe/Rome", "capacity": 2,
         "starts_at": "2097-06-01T20:00:00+02:00", "price": {"amount": 2500, "currency": "EUR"}},
        await signed_in("admin@seatledger.local", admin),
    )  # fmt: skip
    tokens = []
    for name in ("ana", "bob"):
        email = f"{name}@example.org"
        await asked("POST", "/auth/register", {"email": email, "password": PASSWORD, "name": name})
        tokens.append(await signed_in(email, PASSWORD))
    ana, bob = tokens
    wanted = {"event_id": event["id"], "quantity": 2}
    booking = await asked("POST", "/bookings", wanted, ana)
    await asked("POST", "/bookings", wanted, bob, status=409)
    await asyncio.to_thread(seal)
    await asked("DELETE", f"/bookings/{booking['id']}", None, ana, status=200)


def prelude(url: str, folder: Path, settings: dict[str, str]) -> str:
    """What stands for an installed `seatledger`, and for a `python` elsewhere that has nothing but the package."""
    desk = folder / "desk"
    shutil.copytree(ROOT / "eventstore", desk / "eventstore", ignore=shutil.ignore_patterns("postgres"))
    (desk / "sitecustomize.py").write_text(NO_SOCKETS)
    given = " ".join(f"{name}='{value}'" for name, value in settings.items())
    return (
        f"exec 2>&1\nPASSWORD='{PASSWORD}'\n"
        f'seatledger() {{ env {given} PYTHONPATH={ROOT} {" ".join(COMMAND)} "$@"; }}\n'
        f'python() {{ env -i PYTHONPATH={desk} {sys.executable} "$@"; }}\n'
        f"cd {folder}\n"
    )


# A dozen programs are started, one after the other.
@pytest.mark.timeout(900)
@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl")
def test_an_auditors_session_goes_as_the_page_says(
    folders_for_servers: Callable[[], Path], tmp_path: Path
) -> None:
    settings = {
        "SEATLEDGER_DATA_DIR": str(folders_for_servers() / "data"),
        "SEATLEDGER_SEALS_PATH": str(tmp_path / "kept"),
        "SEATLEDGER_SEAL_SECONDS": "60",
    }
    with Program("up", "--port", "0", settings=settings) as server:
        url = server.says(r"Seatledger is up at (http://\S+)")[1]
        password = server.says(r"sign in as   admin@seatledger\.local  password (\S+)")[1]
        new = ("users", "add", "audrey@example.org", "--role", "auditor", "--password-stdin")
        finished(*new, settings=settings, standard_input=PASSWORD + "\n")
        seal = partial(finished, "seal", "--once", settings=settings)
        asyncio.run(a_dispute(int(url.rpartition(":")[2]), password, seal))
        seal()
        said = session(prelude(url, tmp_path, settings), url, tmp_path)
        assert server.stop() == 0
    others = [
        f"$ {command}\n{actual}"
        for (command, expected), actual in zip(commands(), said, strict=True)
        if not is_said(expected, actual)
    ]
    assert not others, "\n".join(others)


def session(before: str, url: str, folder: Path) -> list[str]:
    """What each command printed."""
    end = "---- end of command ----"
    script = before + "".join(f"{command}\necho '{end}'\n" for command, _ in commands())
    done = subprocess.run(
        ["bash", "-c", script.replace("http://127.0.0.1:8000", url)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=SESSION_SECONDS_MAX,
    )
    return [each.strip() for each in done.stdout.split(end)[:-1]]
