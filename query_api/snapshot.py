"""Several looks at the read tables that see one and the same state: that of one position of the log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from starlette.requests import Request
from starlette.responses import Response

from query_api.lifespan_state import QueryServices
from query_api.private import PRIVATE, opened
from query_api.reading import begin, failures_are_said
from query_api.sight import Sight
from runtime.http.json_answer import json_answer
from runtime.privacy.keyring import Keyring
from runtime.problems import Problem, ProblemDetail


class Snapshot:
    """Made by `snapshot`. Whatever is read through here stands exactly at `position`, and is about shows in `sight`.

    So do the keys in `keyring`: it ends with the snapshot.
    """

    def __init__(
        self, connection: PoolConnectionProxy, keyring: Keyring, position: int, now: datetime, sight: Sight
    ) -> None:
        self.position = position
        self.now = now
        self.sight = sight
        self.keyring = keyring
        self._connection = connection

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """What the statement finds.

        One that has not been told whose shows it is about never runs for a caller who does not see all: whoever writes
        a new statistic and forgets it finds out here, and nobody is told figures of others.
        """
        if not all(value in arguments for value in self.sight.values):
            raise AssertionError(f"a statement has not been held to what its caller sees: {query}")
        return await self._connection.fetch(query, *arguments)

    async def one(self, not_found: ProblemDetail, query: str, *arguments: Any) -> asyncpg.Record:
        """The first row. Raises Problem `not_found` where there is none."""
        rows = await self.rows(query, *arguments)
        if not rows:
            raise Problem(not_found)
        return rows[0]

    @property
    def headers(self) -> dict[str, str]:
        """What every answer says."""
        return {"Seatledger-Position": str(self.position), **PRIVATE}

    async def answer(self, value: Any) -> Response:
        """200 with `value`, what is encrypted in it opened."""
        return await opened(self.keyring, json_answer(value, headers=self.headers))


CHECKPOINT = "SELECT position FROM eventstore.checkpoints WHERE log_id = 1 AND subscription = $1"


@asynccontextmanager
async def snapshot(
    request: Request, projector: str, *others: str, sight: Sight, export: bool = False
) -> AsyncIterator[Snapshot]:
    """One state of the tables, for as long as the block lasts: its position is that of `projector`.

    All of them have got to the position that the request asks for. An `export` lasts for as long as its client likes.
    Raises Problem 503 `read-model-behind`, `unavailable`, for an export also `overloaded`; RequestValidationError for
    what is no position.
    """
    read = await begin(request, projector, *others)
    services: QueryServices = request.state.query
    with failures_are_said():
        async with (
            services.files.place() if export else nullcontext(),
            services.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            position = await connection.fetchval(CHECKPOINT, projector)
            keyring = services.keyring.over(connection)
            yield Snapshot(connection, keyring, position or 0, read.now, sight)
