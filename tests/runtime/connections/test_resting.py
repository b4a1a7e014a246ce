"""Who was refused among many is not listened to for a moment; who was refused among few is."""

import asyncio

from runtime.http.connections.resting import FREE_IN_WINDOW, REST_SECONDS, WINDOW_SECONDS, Resting
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
