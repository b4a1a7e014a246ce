"""A request on its way to becoming a command: who asks, with what, and how it is carried out."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.terms import Terms
from command_api.aggregates import SHOW
from command_api.conditions import Conditions
from command_api.errand import Errand
from command_api.failed import failure_problem
from command_api.lifespan_state import CommandServices
from command_api.no_answer import no_answer, no_problem
from command_api.responding import first_answer_or, first_or_keep, respond, say
from command_api.writing.aggregate import Aggregate, S
from command_api.writing.answer import Answer, Reply
from command_api.writing.failures import PreconditionFailed
from command_api.writing.pending import Pending
from domain.refusal import Refused
from eventstore.hashing import canonical
from runtime.http.client_address import limited_as
from runtime.http.client_gone import left_of
from runtime.http.json_body import json_bytes, parsed
from runtime.http.rate_limits.limits import ADDRESS
from runtime.identity import Caller, Role
from runtime.problems import Problem, ProblemDetail
from runtime.request_id import REQUEST_ID

B = TypeVar("B")

OUTSIDE_SCOPE = ProblemDetail(403, "forbidden", "This key is for other events")

ANONYMOUS = Caller("anonymous", Role.CUSTOMER, "", "")


class Asking(Generic[B]):
    """One request: `caller`, validated `body`, `now`, and the conditions under which it is carried out."""

    __slots__ = ("_conditions", "_has_left", "_stranger", "body", "caller", "now", "services")

    def __init__(
        self, request: Request, services: CommandServices, caller: Caller, body: B, raw: bytes
    ) -> None:
        self.services = services
        self.caller = caller
        self.body = body
        self.now: datetime = services.now()
        self._has_left = left_of(request.scope)
        self._stranger = limited_as(request.scope.get(ADDRESS, "")) if caller is ANONYMOUS else None
        self._conditions = Conditions(request, services.people, caller, raw)

    def carry_out(
        self,
        aggregate: Aggregate[S],
        id: str,
        command: Any,
        render: Callable[[S, list[Any]], Answer],
        *,
        version: Callable[[S], int],
        may: Callable[[S], None] | None = None,
        creates: bool = False,
    ) -> Coroutine[Any, Any, Response]:
        """The response to `command` about the aggregate with this `id`.

        `version` gives the version that If-Match speaks of; `may` refuses callers who must not touch this one.
        Raises Problem, also what `require_in_scope` does.
        """
        self.require_in_scope(type(command).__name__, aggregate, id)
        pending = self._pending(command, self._check(version, may), render)
        return self._answered(
            pending, self.services.writers.carry_out(aggregate, id, pending, creates=creates)
        )

    def run(self, show_id: str, errand: Errand) -> Coroutine[Any, Any, Response]:
        """The same of an errand about a show, which may be carried out by another process of ours."""
        command = errand.command
        self.require_in_scope(type(command).__name__, SHOW, show_id)
        check = errand.check(self._conditions.versions)
        pending = self._pending(command, check, errand.render(), errand)
        return self._answered(pending, self.services.writers.carry_out(SHOW, show_id, pending))

    def require_in_scope(self, name: str, aggregate: Aggregate[Any], id: str) -> None:
        """Raises Problem 403 where the caller is there for some events, and the command called `name` is not about one
        of them.
        """
        events = self.caller.events
        if events is not None and (aggregate is not SHOW or id not in events):
            say(self.services, name, OUTSIDE_SCOPE)

    async def answer_with(
        self, name: str, carry_out: Callable[[str, bytes | None, bytes], Coroutine[Any, Any, Reply]]
    ) -> Response:
        """The response to a command that goes another way than through the writers.

        `carry_out` gets the command's id, fingerprint and metadata. What it makes is new: it stands at version 0. Its
        noes are not kept under the key, because whoever registers is nobody yet.
        """
        metadata, conditions = self._metadata(name), self._conditions
        if conditions.versions is not None and 0 not in conditions.versions:
            no = PreconditionFailed(0)
            self.services.refusals.keep_bare(conditions.command_id, metadata, no, self._stranger)
            say(self.services, name, failure_problem(no))
        carrying_out = carry_out(conditions.command_id, conditions.fingerprint, metadata)
        return await self._answered_apart(name, metadata, carrying_out)

    async def answer_on_terms(
        self, name: str, carry_out: Callable[[Terms], Coroutine[Any, Any, Reply]]
    ) -> Response:
        """The response to a command that goes another way than through the writers, about something that is there."""
        metadata, conditions = self._metadata(name), self._conditions
        terms = Terms(conditions.command_id, conditions.fingerprint, metadata, conditions.versions)

        async def carried_out() -> Reply:
            try:
                return await carry_out(terms)
            except (Refused, PreconditionFailed) as no:
                first = await first_or_keep(self.services, conditions, no_problem(no))
                if first is None:
                    raise
                return first

        return await self._answered_apart(name, metadata, carried_out())

    async def first_answer_or(self, name: str, problem: Problem) -> Response:
        """What to say when a command cannot even be prepared any more: the first answer, if its key has one.

        Raises `problem` when it has none, and then that is the first.
        """
        return await first_answer_or(self.services, self._conditions, name, problem)

    def _pending(
        self,
        command: Any,
        check: Callable[[S], None] | None,
        render: Callable[[S, list[Any]], Answer],
        errand: Errand | None = None,
    ) -> Pending:
        services, conditions = self.services, self._conditions
        loop = services.loop
        return Pending(
            command=command,
            command_id=conditions.command_id,
            fingerprint=conditions.fingerprint,
            metadata=self._metadata(type(command).__name__),
            check=check,
            render=render,
            future=loop.create_future(),
            deadline=loop.time() + services.wait_seconds,
            has_left=self._has_left,
            versions=conditions.versions,
            errand=errand,
            answer_no=partial(no_answer, REQUEST_ID.get()),
        )

    def _answered(self, pending: Pending, carrying_out: Awaitable[Reply]) -> Coroutine[Any, Any, Response]:
        return respond(self.services, self._conditions, type(pending.command).__name__, carrying_out)

    async def _answered_apart(self, name: str, metadata: bytes, carrying_out: Awaitable[Reply]) -> Response:
        """The response where no writer keeps the refusal."""
        conditions = self._conditions

        async def kept() -> Reply:
            try:
                return await carrying_out
            except (Refused, PreconditionFailed) as no:
                self.services.refusals.keep_bare(conditions.command_id, metadata, no, self._stranger)
                raise

        return await respond(self.services, conditions, name, kept())

    def _metadata(self, command: str) -> bytes:
        """Who and why, for the log: canonical JSON."""
        why: dict[str, Any] = {
            "by": {"id": self.caller.id, "role": self.caller.role.value},
            "command": command,
            "request_id": REQUEST_ID.get(),
        }
        if self._conditions.key is not None:
            why["idempotency_key"] = self._conditions.key
        return canonical(why)

    def _check(
        self, version: Callable[[S], int], may: Callable[[S], None] | None
    ) -> Callable[[S], None] | None:
        versions = self._conditions.versions
        if versions is None:
            return may

        def check(state: S) -> None:
            if may is not None:
                may(state)
            if version(state) not in versions:
                raise PreconditionFailed(version(state))

        return check


async def asked(request: Request, body: TypeAdapter[B], *, empty: bytes = b"") -> Asking[B]:
    """The caller, who has been let in, and the checked body. `empty` is what no body means.

    Raises Problem: 400, 415 or 422.
    """
    # Not `request.state` and `request.headers`: each is an object made for one look.
    state = request.scope["state"]
    services: CommandServices = state["command"]
    caller: Caller = state["caller"] or ANONYMOUS
    raw = await json_bytes(request)
    value = parsed(raw or empty, body)
    return Asking(request, services, caller, value, raw)
