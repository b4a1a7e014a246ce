"""Somebody who books one place, and waits for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import httpx

from cli.bench.server_process import Server
from cli.bench.sides.side import PATH
from cli.bench.stage import Stage
from cli.stopped import Stopped

ANSWER_SECONDS_MAX = 120.0


class Desk:
    """Over one connection that stays open, so that its making is never part of a time."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def book(self, event_id: str) -> tuple[str, float]:
        """The booking, and in how many seconds it was answered. Raises `Stopped` when it was refused."""
        began = perf_counter()
        answer = await self._client.post(PATH, json={"event_id": event_id, "quantity": 1})
        seconds = perf_counter() - began
        if answer.status_code != 201:
            raise Stopped(f"a booking answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()["id"], seconds


@asynccontextmanager
async def desk(stage: Stage, server: Server) -> AsyncIterator[Desk]:
    """A customer's."""
    (token,) = stage.tokens(1)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=ANSWER_SECONDS_MAX) as client:
        yield Desk(client)
