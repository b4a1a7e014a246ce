"""A crowd is let in a few at a time and in its order; whoever asks for something else does not wait for it."""

import asyncio
import itertools
from typing import Any

import pytest

from runtime.http.connections.pacing import STARTED_AT_ONCE, Pacing
from runtime.http.connections.shedding import Crowd
from runtime.problems import come_back_later
from tests.runtime.connections.conftest import Serving
from tests.runtime.connections.test_shedding import NAME, answered, post

pytestmark = pytest.mark.usefixtures("own_logging")


class Connection:
    def __init__(self) -> None:
        self.started: list[int] = []

    def start_held(self, cycle: Any, _app: Any) -> None:
        self.started.append(cycle)


async def test_so_many_are_started_in_a_turn_and_in_the_order_in_which_they_came() -> None:
    pacing, crowd, connection, loop = Pacing(), Crowd(), Connection(), asyncio.get_running_loop()
    many = 3 * STARTED_AT_ONCE - 1
    for number in range(many):
        pacing.let_in(crowd, connection, number, None, loop)
    counts = []
    while crowd.coming:
        assert crowd.coming == many - len(connection.started)
        counts.append(len(connection.started))
        await asyncio.sleep(0)
    assert connection.started == list(range(many))
    assert max(later - before for before, later in itertools.pairwise(counts)) <= STARTED_AT_ONCE
    pacing.let_in(crowd, connection, many, None, loop)
    await asyncio.sleep(0)
    assert connection.started[-1] == many


async def test_who_has_a_place_is_served_also_when_more_is_asked_on_the_same_connection(
    serving: Serving,
) -> None:
    async with serving() as server:
        crowds = server.app.shedding
        crowds.declare("/echo", come_back_later("overloaded", "Too many", "Nothing was done."))
        crowds.hold("/echo", NAME, 2)
        raw = await server.connect()
        assert (await post(raw, NAME))[1] == NAME
        one = b"POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n%b"
        # In one piece: the second comes while the first still waits for its start.
        await raw.write(one % (len(NAME), NAME) + one % (5, b"other") + one % (len(NAME), NAME))
        assert (await answered(raw))[1] == NAME
        assert (await answered(raw))[1] == b"other"
        assert (await answered(raw))[1] == NAME
        crowds.hold("/echo", NAME, 0)
        assert (await post(raw, NAME))[0].startswith(b"http/1.1 503 ")


async def test_who_hangs_up_before_the_start_is_not_started(serving: Serving) -> None:
    async with serving() as server:
        crowds = server.app.shedding
        crowds.declare("/echo", come_back_later("overloaded", "Too many", "Nothing was done."))
        crowds.hold("/echo", NAME, 100)
        for _ in range(20):
            raw = await server.connect()
            await raw.send("POST /echo HTTP/1.1", "Host: t", f"Content-Length: {len(NAME)}", body=NAME)
            await raw.close()
        other = await server.connect()
        assert (await asyncio.wait_for(post(other, NAME), 10))[1] == NAME
