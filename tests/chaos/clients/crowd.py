"""All clients of a run, and what they do when it is over: ask until everything is known, and ask once more."""

import asyncio
from collections.abc import Sequence
from random import Random

from tests.chaos.clients.asking import Asking
from tests.chaos.clients.call import Call, Said
from tests.chaos.clients.client import Client
from tests.chaos.clients.diary import Diary
from tests.chaos.clients.shows import Shows
from tests.chaos.schedule import COMMANDS, QUERIES
from tests.chaos.world.world import World
from tests.system.servers import buyer

SETTLE_SECONDS_MAX = 60.0
AT_ONCE = 16
ASKED_AGAIN_MAX = 300


class Crowd:
    def __init__(self, world: World, shows: Shows, clients: int, seed: int) -> None:
        self.diary = Diary()
        self._over = asyncio.Event()
        self._chance = Random(f"{seed} in the end")
        self._doors = {name: door for name, door in world.doors.items() if name in COMMANDS}
        windows = {name: door for name, door in world.doors.items() if name in QUERIES}
        self._callers = {buyer(number).id: buyer(number) for number in range(clients)}
        self._clients = [
            Client(
                number,
                Random(f"{seed} client {number}"),
                shows,
                doors=self._doors,
                windows=windows,
                diary=self.diary,
            )
            for number in range(clients)
        ]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(client.run(self._over)) for client in self._clients]

    async def stop(self) -> None:
        self._over.set()
        await asyncio.gather(*self._tasks)

    async def settle(self) -> None:
        """Until no outcome is unknown any more, or for as long as that may take."""
        await self._ask_all([call for call in self.diary.calls if call.said is Said.UNKNOWN])

    async def ask_again(self) -> list[str]:
        """Keys that were answered once, yes or no, and get another answer now."""
        known = [call for call in self.diary.calls if call.said is not Said.UNKNOWN]
        asked = self._chance.sample(known, min(len(known), ASKED_AGAIN_MAX))
        agains = [Call(call.client, call.key, call.action, call.show, call.path, call.body) for call in asked]
        await self._ask_all(agains)
        return [
            f"{call.key}: first {call.answer}, then {again.answer}"
            for call, again in zip(asked, agains, strict=True)
            if (again.said, again.answer, again.position) != (call.said, call.answer, call.position)
        ]

    async def _ask_all(self, calls: Sequence[Call]) -> None:
        asking = Asking(self._doors, self._chance)
        room = asyncio.Semaphore(AT_ONCE)

        async def ask(call: Call) -> None:
            async with room:
                await asking.until_known(call, self._callers[call.client], SETTLE_SECONDS_MAX)

        await asyncio.gather(*(ask(call) for call in calls))
