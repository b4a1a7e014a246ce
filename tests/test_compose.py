"""compose.yaml: what it says, and that what it says works, tried without Docker.

The processes are started here with the commands and the environment that stand in the file, against a throw-away
PostgreSQL whose users were made by the file's own script.
"""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from cli.main import VERBS
from runtime.embedded_postgres.binaries import find_binaries
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.settings import known_variables
from tests.programs import Program, finished

ROOT = Path(__file__).parents[1]
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
ROLES = ROOT / "deploy" / "postgres" / "roles.sql"

USERS = {
    "migrate": "seatledger_owner",
    "command_api": "seatledger_command",
    "query_api": "seatledger_query",
    "projections": "seatledger_projections",
}
VARIABLE = re.compile(r"\$\{(\w+)(:[?-])?([^}]*)\}")
ANSWER_SECONDS_MAX = 90.0

# Any port; and a read waits for the projectors to come up, where a client would try again.
OF_THE_TEST = {"SEATLEDGER_PORT": "0", "SEATLEDGER_MIN_POSITION_WAIT_SECONDS": "30"}

# Passwords are asked for, as they are over a network; only the server's own administrator gets in without.
WHO_GETS_IN = "local all postgres trust\nlocal all all scram-sha-256\n"


def service(name: str) -> str:
    """The lines of one service."""
    services = COMPOSE.split("\nservices:\n", 1)[1]
    return re.split(r"\n(?=\S|  \w)", services.split(f"  {name}:\n", 1)[1], maxsplit=1)[0]


def words(name: str) -> list[str]:
    """The command of a service, as it is given to `seatledger`."""
    found = re.search(r"^    command: \[(.*)\]$", service(name), re.MULTILINE)
    assert found is not None
    return found[1].split(", ")


def environment(name: str) -> dict[str, str]:
    """The environment of a service, with `${...}` as it stands."""
    section = service(name).split("    environment:\n", 1)[1]
    lines = re.split(r"\n(?=    \S)", section, maxsplit=1)[0]
    return dict(re.findall(r"^      (\w+): (.*)$", lines, re.MULTILINE))


def test_the_services_are_these() -> None:
    services = COMPOSE.split("\nservices:\n", 1)[1].split("\nvolumes:\n", 1)[0]
    assert re.findall(r"^  (\w+):$", services, re.MULTILINE) == ["postgres", *USERS]


@pytest.mark.parametrize(("name", "user"), USERS.items())
def test_each_process_is_a_verb_that_signs_in_as_a_user_of_its_own(name: str, user: str) -> None:
    given = environment(name)
    assert words(name)[0] in VERBS
    assert given.keys() <= known_variables()
    assert given["DATABASE_URL"].startswith(f"postgresql://{user}:$")


def test_nothing_secret_has_a_value_in_the_file() -> None:
    for name in ("postgres", *USERS):
        for variable, value in environment(name).items():
            if "PASSWORD" in variable or "MASTER_KEY" in variable:
                assert re.fullmatch(r"\$\{\w+:\?[^}]*\}", value), variable
            elif "://" in value:
                assert re.search(r"://\w+:\$\{\w+:\?\}@", value), variable
    for variable, kind, default in VARIABLE.findall(COMPOSE):
        assert kind == ":?" or (variable.endswith("_PORT") and default.isdecimal()), variable


def test_every_secret_says_what_it_is_for_where_it_is_first_asked_for() -> None:
    explained = {variable for variable, kind, text in VARIABLE.findall(COMPOSE) if kind == ":?" and text}
    assert explained == {variable for variable, kind, _ in VARIABLE.findall(COMPOSE) if kind == ":?"}


@pytest.mark.parametrize("name", [name for name in USERS if name != "migrate"])
def test_each_process_waits_for_the_migrations_and_is_watched(name: str) -> None:
    assert "depends_on: *needs-migrated" in service(name)
    assert "healthcheck:" in service(name)


def test_the_image_is_made_from_the_lock_and_does_not_run_as_root() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert "--require-hashes --requirement requirements.lock" in image
    assert image.index("USER seatledger") < image.index("ENTRYPOINT")


@pytest.fixture
def server(folders_for_servers: Callable[[], Path]) -> Iterator[EmbeddedPostgres]:
    """A server as the service `postgres` has it: one empty database, one administrator."""
    folder = folders_for_servers()
    hba = folder / "who-gets-in.conf"
    hba.write_text(WHO_GETS_IN)
    hba.chmod(0o644)
    with EmbeddedPostgres(folder, durable=False, settings={"hba_file": str(hba)}) as running:
        yield running


@pytest.fixture
def secrets() -> dict[str, str]:
    """A value for every variable that the file asks for."""
    asked_for = sorted({variable for variable, kind, _ in VARIABLE.findall(COMPOSE) if kind == ":?"})
    return {variable: sha256(variable.encode()).hexdigest() for variable in asked_for}


def settings(name: str, server: EmbeddedPostgres, secrets: dict[str, str]) -> dict[str, str]:
    """The environment of a service, its database found by socket and not by the name `postgres`."""
    filled = {
        variable: VARIABLE.sub(lambda asked: secrets[asked[1]], value)
        for variable, value in environment(name).items()
    }
    filled["DATABASE_URL"] = (
        filled["DATABASE_URL"].replace("@postgres:5432/", "@/") + "?" + urlsplit(server.dsn).query
    )
    # Where this stands in the data folder the file's own secrets are not enough, and the test must fail.
    return {**filled, "SEATLEDGER_DATA_DIR": "/nonexistent"}


def psql() -> str | None:
    beside = find_binaries() / "psql"
    return str(beside) if beside.exists() else shutil.which("psql")


@pytest.mark.skipif(psql() is None, reason="needs psql, which the image of PostgreSQL has")
async def test_the_composition_sells_a_ticket(server: EmbeddedPostgres, secrets: dict[str, str]) -> None:
    subprocess.run(
        # As the image does it.
        [
            psql() or "",
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            f"--dbname={server.dsn}",
            f"--file={ROLES}",
        ],
        env={**os.environ, **secrets},
        check=True,
    )
    finished(*words("migrate"), settings=settings("migrate", server, secrets))
    assert "up to date" in finished(*words("migrate"), settings=settings("migrate", server, secrets))
    password = "correct horse battery"
    finished(
        *("users", "add", "staff@example.org", "--role", "admin", "--password-stdin"),
        settings=settings("migrate", server, secrets),
        standard_input=password + "\n",
    )
    with ExitStack() as running:
        processes = {
            name: running.enter_context(
                Program(*words(name), settings={**settings(name, server, secrets), **OF_THE_TEST})
            )
            for name in ("command_api", "query_api", "projections")
        }
        urls = {
            name: processes[name].says(r"serving \S+ at (http://\S+)")[1]
            for name in ("command_api", "query_api")
        }
        async with (
            httpx.AsyncClient(base_url=urls["command_api"], timeout=ANSWER_SECONDS_MAX) as commands,
            httpx.AsyncClient(base_url=urls["query_api"], timeout=ANSWER_SECONDS_MAX) as queries,
        ):
            await sell_one(commands, queries, password)
        assert await users_signed_in(server) >= {*USERS.values()} - {"seatledger_owner"}
        assert [await asyncio.to_thread(process.stop) for process in processes.values()] == [0, 0, 0]


async def sell_one(commands: httpx.AsyncClient, queries: httpx.AsyncClient, password: str) -> None:
    """One booking through the two ports, read back and audited."""
    for side in (commands, queries):
        assert (await side.get("/readyz")).json()["status"] == "ok"
    signed_in = await commands.post(
        "/api/v1/auth/login", json={"email": "staff@example.org", "password": password}
    )
    token = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    event = await commands.post(
        "/api/v1/events",
        headers=token,
        json={
            "name": "Jazz at the Town Hall",
            "venue_name": "Town Hall",
            "timezone": "Europe/Rome",
            "starts_at": "2100-06-01T20:00:00+02:00",
            "capacity": 2,
            "price": {"amount": 2500, "currency": "EUR"},
        },
    )
    assert event.status_code == 201, event.text
    booking = await commands.post(
        "/api/v1/bookings", headers=token, json={"event_id": event.json()["id"], "quantity": 1}
    )
    assert booking.status_code == 201, booking.text
    fresh = {**token, "Seatledger-Min-Position": booking.headers["Seatledger-Position"]}
    read = await queries.get(f"/api/v1/bookings/{booking.json()['id']}", headers=fresh)
    assert read.json() == booking.json()
    audit = await queries.get(f"/api/v1/audit/bookings/{booking.json()['id']}", headers=token)
    assert audit.json()["chain"] == "verified"
    # Each side alone has only what is its own.
    assert (await queries.post("/api/v1/bookings", headers=token, json={})).status_code == 405
    assert (await commands.get(f"/api/v1/bookings/{booking.json()['id']}", headers=token)).status_code == 405


async def users_signed_in(server: EmbeddedPostgres) -> set[str]:
    """Who has connections, by the name they signed in with and not by the role they act as."""
    connection = await asyncpg.connect(server.dsn)
    try:
        return {
            row[0]
            for row in await connection.fetch(
                "SELECT usename FROM pg_stat_activity WHERE usename IS NOT NULL"
            )
        }
    finally:
        await connection.close()
