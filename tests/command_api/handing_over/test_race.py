"""Three workers, all roads at once, links that break at any moment: nothing is lost, nothing is done twice."""

import asyncio
from random import Random

import pytest

from command_api.aggregates import SHOW
from command_api.writing.answer import Reply
from command_api.writing.failures import OutcomeUnknown, Overloaded
from domain.codec import CODEC
from domain.refusal import Refused
from domain.show.facts import BookingCancelled, SeatsBooked
from eventstore.verify import Verifier
from tests.command_api.handing_over.host import Host, Worker, host, until
from tests.command_api.writing.unreliable import Unreliable
from tests.command_api.writing.words import book, cancel, schedule

SHOWS = ("one", "two")
PLACES, CLIENTS, ORDERS = 30, 12, 12


class Client:
    """Books under a key until it is told something that stands, at any worker; gives some back."""

    def __init__(self, number: int, host: Host, chance: Random) -> None:
        self._number = number
        self._host = host
        self._chance = chance
        self.booked: list[str] = []
        self.given_back: set[str] = set()
        self.refused = 0
        self.unknown = 0

    async def run(self) -> None:
        for number in range(ORDERS):
            command = book(show=self._chance.choice(SHOWS), booking=f"c{self._number}-{number}")
            reply = await self._until_told(command, f"{self._number} {number}")
            if reply is None:
                self.refused += 1
                continue
            self.booked.append(command.booking_id)
            if self._chance.random() < 0.3:
                await self._until_told(cancel(command), f"{self._number} {number} back")
                self.given_back.add(command.booking_id)

    async def _until_told(self, command: object, key: str) -> Reply | None:
        while True:
            worker: Worker = self._chance.choice(self._host.workers)
            try:
                reply = await worker.ask(command, key=key)
            except Refused:
                return None
            except (OutcomeUnknown, Overloaded):
                self.unknown += 1
            else:
                # A no that is told again is an answer like any other.
                return reply if reply.answer.status < 400 else None


@pytest.mark.parametrize("seed", range(5))
async def test_nothing_is_lost_and_nothing_is_done_twice(seed: int) -> None:
    store, chance = Unreliable(), Random(seed)
    async with host(store, "one", workers=3) as three:
        for show in SHOWS:
            await three.workers[0].desk.ask(schedule(PLACES, show))
        clients = [Client(number, three, Random(f"{seed} {number}")) for number in range(CLIENTS)]
        running = [asyncio.create_task(client.run()) for client in clients]
        breaking = asyncio.create_task(_break(three, chance))
        await asyncio.gather(*running)
        breaking.cancel()
    booked = {booking for client in clients for booking in client.booked}
    verifier, places = Verifier(gapless=False), dict.fromkeys(SHOWS, PLACES)
    kept, given_back = list[str](), list[str]()
    for recorded in store.inner.log:
        verifier.check(recorded)
        fact, show = CODEC.decode(recorded.name, recorded.schema_version, recorded.data), recorded.stream
        if isinstance(fact, SeatsBooked | BookingCancelled):
            (kept if isinstance(fact, SeatsBooked) else given_back).append(fact.booking_id)
            places[show.removeprefix(SHOW.stream(""))] += -1 if isinstance(fact, SeatsBooked) else 1
            assert min(places.values()) >= 0, "oversold"
    assert verifier.first_bad is None
    assert sorted(kept) == sorted(booked), "each acknowledged booking once, and nothing else"
    assert sorted(given_back) == sorted(each for client in clients for each in client.given_back)
    assert sum(client.refused for client in clients) > 0
    assert sum(client.unknown for client in clients) > 0, "links broke under commands"
    assert sum(worker.counted("taken_over") for worker in three.workers) > 0


async def _break(three: Host, chance: Random) -> None:
    """Cut somebody off whose commands are on their way, over and over."""

    def asking() -> list[Worker]:
        return [
            worker for worker in three.workers if any(link._waiting for link in worker.owners._links.values())
        ]

    while True:
        await until(lambda: bool(asking()))
        chance.choice(asking()).cut_links()
        for _ in range(chance.randrange(30)):
            await asyncio.sleep(0)
