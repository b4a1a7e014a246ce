"""One request's look at the read tables: not older than it asked for, and it says how old."""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

import asyncpg
from starlette.requests import Request
from starlette.responses import Response

from query_api.freshness import LAST_POSITION
from query_api.gathering import Gathering
from query_api.lifespan_state import QueryServices
from query_api.min_position import min_position
from query_api.private import opened
from query_api.problems import READ_MODEL_BEHIND, UNAVAILABLE
from runtime.database import is_unavailable
from runtime.http.json_answer import json_answer
from runtime.problems import Problem, ProblemDetail

log = logging.getLogger(__name__)

# 42P01 no such table, 42703 no such column: the projection worker has yet to make the tables this code reads.
TABLES_TO_COME = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError)


@contextmanager
def failures_are_said() -> Iterator[None]:
    """Turn a database that cannot answer into Problem 503."""
    try:
        yield
    except TABLES_TO_COME as error:
        # It is that, or a mistake in our statement that would be told as a delay for ever.
        log.warning("a read table is not there, or not yet as it is read: %s", error)
        raise Problem(READ_MODEL_BEHIND) from error
    except Exception as error:
        if is_unavailable(error):
            raise Problem(UNAVAILABLE) from error
        raise


SET = "SELECT set_config(name, value, true) FROM unnest($1::text[], $2::text[]) AS given(name, value)"
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, eq=False)
class PointRead(Generic[Found]):
    """What is looked up by key, one at a time, by many at once: they share statements.

    `statement` finds the rows of the keys $1 (uuid[]), where it is `timed` as they are at the time $2; the column `key`
    tells, as text, which is which. `shape` makes of a row whatever does not depend on who is asking, so that it is made
    once for all who ask for the same row together.
    """

    statement: str
    key: str
    shape: Callable[[asyncpg.Record, datetime], Found]
    timed: bool = False


class Read:
    """Made by `begin`. `position` is one that everything read through here stands at or beyond.

    `settings` are the database's own for the queries that follow, such as which plans it may choose.
    """

    def __init__(
        self, services: QueryServices, projectors: Collection[str], position: int, least: int = 0
    ) -> None:
        self.position = position
        self._least = least
        self.now = services.now()
        self.settings: dict[str, str] = {}
        self._services = services
        self._projectors = projectors

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        with failures_are_said():
            if not self.settings:
                return await self._services.pool.fetch(query, *arguments)
            async with self._services.pool.acquire() as connection, connection.transaction(readonly=True):
                await connection.fetch(SET, list(self.settings), list(self.settings.values()))
                return await connection.fetch(query, *arguments)

    async def one(self, not_found: ProblemDetail, query: str, *arguments: Any) -> asyncpg.Record:
        """The one row.

        Raises Problem `not_found` only when it is not there although everything that was in the log when we were asked
        has been projected: who reads what they have just made never hears that it does not exist.
        """
        rows = await self.rows(query, *arguments)
        if not rows:
            await self.catch_up()
            rows = await self.rows(query, *arguments)
        if not rows:
            raise Problem(not_found)
        return rows[0]

    async def found(self, not_found: ProblemDetail, of: PointRead[Found], key: UUID) -> Found:
        """The same of a read that is shared with others."""
        gathering: Gathering[str, Found] | None = self._services.gatherings.get(of)
        if gathering is None:
            gathering = self._services.gatherings[of] = Gathering(partial(_look_up, self._services, of))
        found = await gathering.get(str(key))
        if found is None:
            await self.catch_up()
            found = await gathering.get(str(key))
        if found is None:
            raise Problem(not_found)
        return found

    async def catch_up(self) -> None:
        """Wait for everything that is in the log now."""
        with failures_are_said():
            head: int = await self._services.pool.fetchval(LAST_POSITION)
        self.position = await self._services.freshness.at_least(self._projectors, head)

    @property
    def headers(self) -> dict[str, str]:
        """What every answer says."""
        return {"Seatledger-Position": str(self.position)}

    def answer(self, value: Any) -> Response:
        """200 with `value`."""
        return json_answer(value, headers=self.headers)

    async def opened(self, answer: Response) -> Response:
        """An answer about people, as they and staff may read it."""
        with failures_are_said():
            if self._least and self._services.keyring.is_needed_for(answer.body):
                # Who asks to read their own write may have erased somebody with it.
                await self._services.erasures.look()
            return await opened(self._services.keyring, answer)


async def _look_up(services: QueryServices, of: PointRead[Found], keys: list[str]) -> dict[str, Found]:
    read = Read(services, (), 0)
    rows = await read.rows(of.statement, keys, *((read.now,) if of.timed else ()))
    return {row[of.key]: of.shape(row, read.now) for row in rows}


async def begin(request: Request, *projectors: str) -> Read:
    """A look at the tables of `projectors`, once they have reached the position that the request asks for.

    Raises Problem 503 `read-model-behind`; RequestValidationError for what is no position.
    """
    services: QueryServices = request.state.query
    least = min_position(request)
    position = await services.freshness.at_least(projectors, least)
    return Read(services, projectors, position, least)


def path_id(request: Request, name: str, not_found: ProblemDetail) -> UUID:
    """The path parameter `name`. What cannot be an id is not found, like an id that nobody has."""
    try:
        return UUID(request.path_params[name])
    except ValueError:
        raise Problem(not_found) from None
