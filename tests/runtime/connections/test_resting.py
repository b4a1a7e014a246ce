"""Who was refused among many is not listened to for a moment; who was refused among few is."""

import asyncio
from itertools import pairwise

from runtime.http.connections.resting import (
    FREE_IN_WINDOW,
    REST_SECONDS,
    REST_SECONDS_MAX,
    WINDOW_SECONDS,
    WOKEN_IN_WINDOW,
    Resting,
)
from tests.command_api.writing.virtual_time import in_virtual_time


class Connection:
    def __init__(self) -> None:
        self.listens = True

    def rest(self) -> None:
        self.listens = False

    def listen(self) -> None:
        self.listens = True


@in_virtual_time
async def test_the_first_few_are_heard_again_at_once_and_the_others_soon() -> None:
    resting, loop = Resting(), asyncio.get_running_loop()
    connections = [Connection() for _ in range(FREE_IN_WINDOW + 10)]
    for connection in connections:
        resting.refused(connection, loop)
    assert [connection.listens for connection in connections] == [True] * FREE_IN_WINDOW + [False] * 10
    await asyncio.sleep(REST_SECONDS + 2 * WINDOW_SECONDS)
    assert all(connection.listens for connection in connections)


@in_virtual_time
async def test_all_wake_in_the_order_in_which_they_went_to_rest() -> None:
    resting, loop = Resting(), asyncio.get_running_loop()
    waves = []
    for _ in range(20):
        for _ in range(FREE_IN_WINDOW):
            resting.refused(Connection(), loop)
        waves.append(Connection())
        resting.refused(waves[-1], loop)
        await asyncio.sleep(WINDOW_SECONDS)
    awake = [connection.listens for connection in waves]
    assert awake == sorted(awake, reverse=True)
    assert True in awake
    assert False in awake
    await asyncio.sleep(REST_SECONDS + 2 * WINDOW_SECONDS)
    assert all(connection.listens for connection in waves)


@in_virtual_time
async def test_of_a_large_crowd_so_many_are_woken_at_a_time_and_nobody_rests_for_ever() -> None:
    resting, loop = Resting(), asyncio.get_running_loop()
    windows = round((REST_SECONDS_MAX - REST_SECONDS) / WINDOW_SECONDS)
    crowd = [Connection() for _ in range(2 * windows * WOKEN_IN_WINDOW)]
    for connection in crowd:
        resting.refused(connection, loop)
    await asyncio.sleep(REST_SECONDS - WINDOW_SECONDS)
    awake = [sum(connection.listens for connection in crowd)]
    for _ in range(windows // 2):
        await asyncio.sleep(WINDOW_SECONDS)
        awake.append(sum(connection.listens for connection in crowd))
    assert max(later - before for before, later in pairwise(awake)) <= WOKEN_IN_WINDOW
    assert awake[-1] >= WOKEN_IN_WINDOW * (windows // 2 - 2)
    await asyncio.sleep(REST_SECONDS_MAX)
    assert all(connection.listens for connection in crowd)
