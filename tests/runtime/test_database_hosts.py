"""Of several servers the one is taken that is there and takes writes; a dead wire is noticed by the kernel."""

import asyncio
import socket
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from runtime import database_hosts
from runtime.database import create_pool, is_unavailable
from runtime.database_hosts import Hosts, each_host
from runtime.database_wire import notice_when_lost

READ_WRITE = "target_session_attrs=read-write"


@pytest.mark.parametrize(
    ("dsn", "each"),
    [
        ("postgresql://ann:pw@one:1/box", ["postgresql://ann:pw@one:1/box"]),
        ("postgresql://ann@/box?host=/run/one", ["postgresql://ann@/box?host=/run/one"]),
        (
            "postgresql://ann:p%40w@one:1,two:2/box",
            [
                f"postgresql://ann:p%40w@one:1/box?{READ_WRITE}",
                f"postgresql://ann:p%40w@two:2/box?{READ_WRITE}",
            ],
        ),
        (
            "postgresql://one,two/box?target_session_attrs=any",
            [
                "postgresql://one/box?target_session_attrs=any",
                "postgresql://two/box?target_session_attrs=any",
            ],
        ),
        (
            "postgresql://ann@/box?host=/run/one,/run/two&port=5432",
            [
                f"postgresql://ann@/box?host=/run/one&port=5432&{READ_WRITE}",
                f"postgresql://ann@/box?host=/run/two&port=5432&{READ_WRITE}",
            ],
        ),
    ],
)
def test_an_address_names_one_host_or_many(dsn: str, each: list[str]) -> None:
    assert each_host(dsn) == each


def test_ports_that_do_not_fit_the_hosts_are_refused() -> None:
    with pytest.raises(ValueError, match="as many ports as hosts"):
        each_host("postgresql://ann@/box?host=one,two&port=1,2,3")


def both(first: str, second: str, user: str, name: str) -> str:
    return f"postgresql://{user}@/{name}?host={first},{second}&port=5432"


def parts(dsn: str) -> tuple[str, str, str]:
    """Socket folder, user and database of the tests' own server."""
    url = urlsplit(dsn)
    host = parse_qs(url.query).get("host", [""])[0]
    if not host:
        pytest.skip("needs a server with a unix socket")
    return host, url.username or "postgres", url.path.lstrip("/")


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The folder of a socket that lets everybody connect and never says a word, as a black hole does."""
    monkeypatch.setattr(database_hosts, "HOST_SECONDS_MAX", 0.05)
    folder = tmp_path_factory.mktemp("s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / ".s.PGSQL.5432"))
        listener.listen()
        yield str(folder)


async def test_a_host_that_swallows_everything_does_not_keep_from_the_next(
    silent: str, empty_database: str
) -> None:
    host, user, name = parts(empty_database)
    hosts = Hosts(both(silent, host, user, name))
    for _ in range(2):
        connection = await hosts.connect(timeout=10.0)
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
    assert hosts._first == 1, "the one that answered is asked first from then on"


async def test_when_no_host_answers_that_is_said(silent: str) -> None:
    with pytest.raises(TimeoutError) as failed:
        await Hosts(both(silent, silent, "ann", "box")).connect(timeout=10.0)
    assert is_unavailable(failed.value)


async def test_a_mistake_is_told_and_not_tried_elsewhere(empty_database: str) -> None:
    host, user, _ = parts(empty_database)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await Hosts(both(host, host, user, "no_such_box")).connect(timeout=10.0)


async def test_a_pooled_connection_to_a_server_that_takes_no_more_writes_is_left(empty_database: str) -> None:
    host, user, name = parts(empty_database)
    async with await create_pool(
        both(host, host, user, name), role=None, application_name="x", min_size=1, max_size=1
    ) as pool:
        async with pool.acquire() as connection:
            before = connection.get_server_pid()
            # The server tells such a change by itself, whoever made it.
            await connection.execute("SET default_transaction_read_only = on")
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError) as refused:
                await connection.execute("CREATE TABLE public.mine ()")
        assert is_unavailable(refused.value)
        assert await pool.fetchval("SELECT pg_backend_pid()") != before
        await pool.execute("CREATE TABLE public.mine ()")


async def test_the_kernel_is_asked_to_notice_a_dead_wire() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        transport, _ = await asyncio.get_running_loop().create_connection(
            asyncio.Protocol, *listener.getsockname()
        )
        wire = transport.get_extra_info("socket")
        notice_when_lost(type("Connection", (), {"_transport": transport})())
        assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
        transport.close()
