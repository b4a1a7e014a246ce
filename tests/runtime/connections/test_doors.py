"""There is room for so many connections, and for so many from one address."""

from ipaddress import ip_network

import pytest

from runtime.http.connections.doors import Doors
from runtime.http.connections.limits import ConnectionLimits
from tests.runtime.connections.conftest import Serving
from tests.runtime.connections.test_heads import problem


@pytest.mark.usefixtures("own_logging")
@pytest.mark.parametrize("limit", ["connections_max", "connections_per_address_max"])
async def test_one_connection_too_many_is_told_so_and_closed(serving: Serving, limit: str) -> None:
    async with serving(**{limit: 2}) as server:
        first, second, third = [await server.connect() for _ in range(3)]
        assert problem(await third.end()) == (503, "too-many-connections")
        await first.send("GET /small HTTP/1.1", "Connection: close")
        assert b"200 OK" in await first.end()
        # Who has left makes room.
        fourth = await server.connect()
        await fourth.send("GET /small HTTP/1.1", "Connection: close")
        assert b"200 OK" in await fourth.end()
        await second.send("GET /small HTTP/1.1", "Connection: close")
        assert b"200 OK" in await second.end()


def test_one_site_has_one_count_and_nothing_is_kept_of_who_has_left() -> None:
    doors = Doors(ConnectionLimits(connections_per_address_max=2))
    assert doors.enter("2001:db8::1")
    assert doors.enter("2001:db8::2")
    assert not doors.enter("2001:db8::3")
    assert doors.enter("2001:db8:0:1::1")
    for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"):
        doors.leave(address)
    assert (doors._inside, doors._by_address) == (0, {})


def test_a_trusted_proxy_may_hold_as_many_as_there_are() -> None:
    proxies = (ip_network("10.0.0.0/8"),)
    doors = Doors(ConnectionLimits(connections_per_address_max=1, connections_max=3, trusted_proxies=proxies))
    assert [doors.enter("10.1.2.3") for _ in range(4)] == [True, True, True, False]
