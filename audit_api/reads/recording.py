"""No audit is answered before it is recorded that it was made.

Whoever declares an operation of this floor wraps its handler in `recorded`, and says how many facts the answer tells.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from functools import wraps
from typing import Any, NamedTuple

import asyncpg
from starlette.requests import Request
from starlette.responses import Response

from audit_api.lifespan_state import AuditServices
from audit_api.reads.ledger import Asking, Reader
from eventstore.store import StoreUnavailable
from runtime.http.hot_route import Handler
from runtime.identity import Caller
from runtime.problems import Problem, come_back_later
from runtime.request_id import REQUEST_ID

NOT_RECORDED = come_back_later(
    "read-not-recorded",
    "That this was asked cannot be recorded, so it is not answered",
    "Try again in a moment.",
)
TOLD_SOMETHING = frozenset({404, 409})
"""Problems that are answers: that something is not there is known now, too."""

TEXT_MAX_CHARS = 1_000

_log = logging.getLogger(__name__)


class Told(NamedTuple):
    """An answer, and how many facts it tells. One with 200 that is still to be opened is opened while it is recorded:
    what takes longest is that the record is safe on the disk.
    """

    answer: Response | Coroutine[Any, Any, Response]
    facts: int


class Telling:
    """How many facts a file has told so far."""

    def __init__(self) -> None:
        self.facts = 0


class ToldInFile(NamedTuple):
    """An answer that is written while it is read. When `holding` is let go, `telling` says what was told."""

    answer: Response
    telling: Telling
    holding: AsyncExitStack


Audit = Callable[[Request], Coroutine[Any, Any, Told | ToldInFile]]


def recorded(handler: Audit) -> Handler:
    """`handler` as it is served. Raises Problem 503 `read-not-recorded`."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            told = await handler(request)
        except Problem as problem:
            if problem.answer.status in TOLD_SOMETHING:
                await record(request, problem.answer.status, 0)
            raise
        if isinstance(told, Told):
            return await _answered(request, told)
        try:
            read_id = await record(request, told.answer.status_code, None)
        except BaseException:
            await told.holding.aclose()
            raise
        told.holding.push_async_callback(_record_end, request, read_id, told.telling)
        return told.answer

    return answer


async def _answered(request: Request, told: Told) -> Response:
    if isinstance(told.answer, Response):
        await record(request, told.answer.status_code, told.facts)
        return told.answer
    answer: Response
    _, answer = await asyncio.gather(record(request, 200, told.facts), told.answer)
    return answer


async def record(request: Request, status: int, facts: int | None, ends: str | None = None) -> str:
    """The id of the read. Raises Problem 503."""
    services: AuditServices = request.state.audit
    caller: Caller = request.state.caller
    reader = Reader(caller.id, caller.account_id, caller.role.value)
    try:
        return await services.reads.record(
            reader, _asking(request), REQUEST_ID.get(), status=status, facts=facts, ends=ends
        )
    except (StoreUnavailable, asyncpg.PostgresError):
        _log.exception("an audit could not be recorded")
        raise Problem(NOT_RECORDED) from None


async def _record_end(request: Request, read_id: str, telling: Telling) -> None:
    try:
        await record(request, 200, telling.facts, read_id)
    except Problem:
        # That it was asked for is recorded. How much of it was told stays open.
        _log.warning("how much of a file was told is not recorded")


def _asking(request: Request) -> Asking:
    return Asking(request.scope["path_template"], bounded(request.path_params), bounded(request.query_params))


def bounded(texts: Any) -> dict[str, str]:
    """What no reader would look for is cut off; half a surrogate pair is written as it can be."""
    return {name: text[:TEXT_MAX_CHARS].encode("utf-8", "replace").decode() for name, text in texts.items()}
