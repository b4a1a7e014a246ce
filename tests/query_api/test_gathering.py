"""Look-ups that come while a statement is out share the next one."""

import asyncio
from collections.abc import Callable

import pytest

from query_api.gathering import Gathering


class Statements:
    """Finds for each key how many statements had begun by then; each ends when it is let through."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.gates: list[asyncio.Event] = []
        self._changed = asyncio.Condition()
        self.fails: Callable[[list[str]], bool] = lambda _: False

    async def __call__(self, keys: list[str]) -> dict[str, int]:
        async with self._changed:
            self.asked.append(keys)
            number, gate = len(self.asked), asyncio.Event()
            self.gates.append(gate)
            self._changed.notify_all()
        await gate.wait()
        if self.fails(keys):
            raise ConnectionError("lost")
        return {key: number for key in keys if key != "nowhere"}

    async def begun(self, count: int) -> None:
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(lambda: len(self.asked) >= count)

    async def let_through(self, number: int) -> None:
        await self.begun(number)
        self.gates[number - 1].set()


def asking(gathering: Gathering[str, int], *keys: str) -> list[asyncio.Task[int | None]]:
    return [asyncio.create_task(gathering.get(key)) for key in keys]


async def test_a_look_up_alone_leaves_at_once() -> None:
    statements = Statements()
    gathering = Gathering(statements, flights_max=1)
    (alone,) = asking(gathering, "a")
    await statements.let_through(1)
    assert await alone == 1


async def test_those_who_ask_together_share_a_statement_and_a_key_is_asked_for_once() -> None:
    statements = Statements()
    gathering = Gathering(statements, flights_max=1)
    tasks = asking(gathering, "a", "b", "a", "nowhere")
    await statements.let_through(1)
    assert await asyncio.gather(*tasks) == [1, 1, 1, None]
    assert statements.asked == [["a", "b", "nowhere"]]


async def test_who_comes_later_never_joins_a_statement_that_has_begun() -> None:
    """Also for the same key: what it finds could be older than the question."""
    statements = Statements()
    gathering = Gathering(statements, flights_max=1)
    first = asking(gathering, "a")
    await statements.begun(1)
    later = asking(gathering, "a", "b")
    await statements.let_through(1)
    assert await asyncio.gather(*first) == [1]
    await statements.let_through(2)
    assert await asyncio.gather(*later) == [2, 2]


async def test_as_many_statements_are_out_as_may_be_and_the_rest_waits() -> None:
    statements = Statements()
    gathering = Gathering(statements, flights_max=2, keys_max=2)
    tasks = asking(gathering, "a", "b")
    await statements.begun(1)
    tasks += asking(gathering, "c")
    await statements.begun(2)
    tasks += asking(gathering, "d", "e", "f")
    await statements.let_through(2)
    # Five wait for three keys; a statement takes two of them.
    await statements.begun(3)
    assert statements.asked == [["a", "b"], ["c"], ["d", "e"]]
    await statements.let_through(1)
    await statements.let_through(3)
    await statements.let_through(4)
    assert await asyncio.gather(*tasks) == [1, 1, 2, 3, 3, 4]


async def test_what_goes_wrong_goes_wrong_for_all_of_one_flight_and_for_no_other() -> None:
    statements = Statements()
    statements.fails = lambda keys: "a" in keys
    gathering = Gathering(statements, flights_max=1)
    failing = asking(gathering, "a", "b")
    await statements.begun(1)
    fine = asking(gathering, "c")
    await statements.let_through(1)
    for task in failing:
        with pytest.raises(ConnectionError):
            await task
    await statements.let_through(2)
    assert await asyncio.gather(*fine) == [2]


async def test_who_stops_waiting_disturbs_nobody() -> None:
    statements = Statements()
    gathering = Gathering(statements, flights_max=1)
    gone, stays = asking(gathering, "a", "a")
    await statements.begun(1)
    gone.cancel()
    await statements.let_through(1)
    assert await stays == 1
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_closed_it_leaves_nobody_waiting() -> None:
    statements = Statements()
    gathering = Gathering(statements, flights_max=1)
    (waiting,) = asking(gathering, "a")
    await statements.begun(1)
    await gathering.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
