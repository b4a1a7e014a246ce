"""One process's write path over a store that others may share, and what was said to whoever asked."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from prometheus_client import CollectorRegistry

from command_api.aggregates import SHOW
from command_api.writing.aggregate import Aggregate
from command_api.writing.answer import Answer, Reply
from command_api.writing.failures import PreconditionFailed
from command_api.writing.limits import WriteLimits
from command_api.writing.observed import WriteMetrics
from command_api.writing.pending import AnswerNo, Pending
from command_api.writing.writers import Writers
from domain.refusal import Refused
from domain.show.commands import BookSeats
from domain.show.state import Show
from eventstore.hashing import canonical
from eventstore.store import EventStore
from tests.command_api.writing.words import NOON

NUMBERS = count(1)
Rendering = Callable[[Any, list[Any]], Answer]


def as_decided(_state: Any, facts: list[Any]) -> Answer:
    """An answer that tells what was decided: each fact's name, and its booking where it has one."""
    told = [[type(fact).__name__, getattr(fact, "booking_id", None)] for fact in facts]
    return Answer(200, orjson.dumps(told))


def of_booking(booking_id: str) -> Rendering:
    """As the routes do it: the answer is made from the booking, which must be there."""

    def render(show: Show, facts: list[Any]) -> Answer:
        assert show.bookings[booking_id].id == booking_id
        return as_decided(show, facts)

    return render


def told(reply: Reply) -> list[tuple[str, str | None]]:
    """What `as_decided` has said."""
    return [(name, booking) for name, booking in orjson.loads(reply.answer.body)]


def id_of_key(key: str) -> str:
    return str(UUID(bytes=blake2b(key.encode(), digest_size=16).digest()))


def outcome(asked: "asyncio.Task[Reply]") -> str:
    """The name of what came of it: `Reply`, or the exception's class."""
    error = asked.exception()
    return "Reply" if error is None else type(error).__name__


def no_answer(no: Refused | PreconditionFailed) -> Answer:
    """A no as it is kept, for commands that have theirs kept."""
    return Answer(409, orjson.dumps(type(no.reason if isinstance(no, Refused) else no).__name__))


class RefusedAt(NamedTuple):
    """A refusal, and where its stream stood."""

    pending: Pending
    no: Refused | PreconditionFailed
    stream: str
    version: int


class Desk:
    """Takes commands as the routes do. `commits` counts the calls that wrote something; `refusals` are those that
    would be kept.
    """

    def __init__(self, store: EventStore, **limits: Any) -> None:
        self.commits = 0
        self.much_forgotten = 0
        self.refusals: list[RefusedAt] = []
        metrics = WriteMetrics(CollectorRegistry())
        self.writers = Writers(
            store,
            lambda: NOON,
            metrics,
            replace(WriteLimits(), **limits),
            self._committed,
            on_refusal=lambda *told: self.refusals.append(RefusedAt(*told)),
            on_much_forgotten=self._forgot_much,
        )

    def _committed(self) -> None:
        self.commits += 1

    def _forgot_much(self) -> None:
        self.much_forgotten += 1

    def ask(
        self,
        command: Any,
        *,
        key: str | None = None,
        body: bytes = b"the same",
        wait: float = 10.0,
        aggregate: Aggregate[Any] = SHOW,
        render: Rendering | None = None,
        check: Callable[[Any], None] | None = None,
        creates: bool = False,
        has_left: Callable[[], bool] = lambda: False,
        answer_no: AnswerNo | None = None,
    ) -> "asyncio.Task[Reply]":
        """Give a command; the task is whoever waits for its answer."""
        loop = asyncio.get_running_loop()
        usual = of_booking(command.booking_id) if isinstance(command, BookSeats) else as_decided
        pending = Pending(
            command=command,
            command_id=id_of_key(key) if key else str(UUID(int=next(NUMBERS))),
            fingerprint=body if key else None,
            metadata=canonical({}),
            check=check,
            render=render or usual,
            future=loop.create_future(),
            deadline=loop.time() + wait,
            has_left=has_left,
            answer_no=answer_no,
        )

        async def answered() -> Reply:
            return await self.writers.carry_out(aggregate, command.show_id, pending, creates=creates)

        return loop.create_task(answered(), name=pending.command_id)

    async def outcomes(self, *asked: "asyncio.Task[Reply]") -> list[str]:
        """What came of each, once all are answered."""
        await asyncio.wait(asked)
        return [outcome(each) for each in asked]
