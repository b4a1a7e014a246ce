"""Customers of a fresh event each time: as many as can be served, or as many as come."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import orjson

from cli.bench.hot import CONNECTIONS
from cli.bench.load.flood import Flood, Flooded, Phase
from cli.bench.load.generating import generate_flood
from cli.bench.load.job import Ask
from cli.bench.measuring import job_for, loaded
from cli.bench.overload.flooded import must_be_expected
from cli.bench.server_process import Server
from cli.bench.sides.side import PATH
from cli.bench.stage import Stage
from cli.stopped import Stopped
from runtime.ids import new_id

CAPACITY = 250_000
CUSTOMERS = 256
UNDER_WAY_MAX = 2_000
"""Beyond it a customer finds no connection, and goes: a browser would say that it cannot reach the shop."""


class Crowd:
    """Asks `server`, and checks that what it acknowledged was kept, once."""

    def __init__(self, stage: Stage, server: Server) -> None:
        self.server = server
        self._stage = stage
        self._tokens = stage.tokens(CUSTOMERS)

    async def most(self, seconds: float) -> float:
        """Bookings a second of as many clients as the other scenarios have, each waiting for its answer."""
        asks = (await self._on_sale()).asks
        job = job_for(self.server, asks, CONNECTIONS, seconds)
        load, _ = await loaded(self._stage, self.server, job, ("201",))
        return load.rate

    async def flood(self, *phases: Phase, connections: int = UNDER_WAY_MAX) -> Flooded:
        """One phase after the other. Raises `Stopped` when anything was not kept."""
        (flooded,) = await self.floods((phases, connections))
        return flooded

    async def floods(self, *each: tuple[Sequence[Phase], int]) -> list[Flooded]:
        """Several at once, each over so many connections at an event of its own."""
        sales = [await self._on_sale() for _ in each]
        flooded = await asyncio.gather(
            *(
                generate_flood(self._flood(sale, phases, connections))
                for sale, (phases, connections) in zip(sales, each, strict=True)
            )
        )
        for sale, seen in zip(sales, flooded, strict=True):
            must_be_expected(seen)
            checked = await self.server.side.check(self._stage, sale.event_id, seen.ids)
            if checked is None or not checked.is_sound:
                raise Stopped(f"{self.server.side.name} did not keep what it said: {checked}")
        return flooded

    def _flood(self, sale: "_Sale", phases: Sequence[Phase], connections: int) -> Flood:
        address = urlsplit(self.server.url)
        return Flood(address.hostname or "", address.port or 0, sale.asks, connections, list(phases))

    async def _on_sale(self) -> "_Sale":
        event_id = await self.server.side.on_sale(self._stage, self.server.url, new_id(), CAPACITY)
        await self._stage.clean()
        body = orjson.dumps({"event_id": event_id, "quantity": 1}).decode()
        return _Sale(event_id, [Ask(PATH, token, body) for token in self._tokens])


class _Sale(NamedTuple):
    event_id: str
    asks: list[Ask]
