"""A request on its way to becoming a command: who asks, with what, under which key and on what condition."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, Generic, NoReturn, TypeVar

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.terms import Terms
from command_api.aggregates import SHOW
from command_api.failed import UNAVAILABLE, failure_problem
from command_api.keys import command_id, earlier_fingerprint
from command_api.lifespan_state import CommandServices
from command_api.no_answer import no_answer, no_problem, problem_answer
from command_api.writing.aggregate import Aggregate, S
from command_api.writing.answer import Answer, Reply
from command_api.writing.failures import CommandFailed, KeyReused, PreconditionFailed
from command_api.writing.pending import Pending
from domain.refusal import Refused
from eventstore.hashing import canonical
from eventstore.postgres.errors import unavailable_is_said
from eventstore.store import StoreUnavailable
from runtime.http.client_gone import left_of
from runtime.http.header import header
from runtime.http.json_body import json_bytes, parsed
from runtime.http.raw_response import RawResponse
from runtime.identity import Caller, Role
from runtime.ids import new_id
from runtime.master_key import MasterKeyMissing
from runtime.privacy.person_key import ENCRYPTED
from runtime.problems import MEDIA_TYPE, Problem, ProblemDetail
from runtime.request_id import REQUEST_ID

log = logging.getLogger(__name__)

KEY_MAX_CHARS = 255
JSON_TYPE, PROBLEM_TYPE = b"application/json", MEDIA_TYPE.encode()

B = TypeVar("B")

OUTSIDE_SCOPE = ProblemDetail(403, "forbidden", "This key is for other events")

ANONYMOUS = Caller("anonymous", Role.CUSTOMER, "", "")

BAD_KEY = ProblemDetail(
    422,
    "validation-failed",
    "The request is not valid",
    extras={
        "errors": [
            {
                "in": "header",
                "path": "/Idempotency-Key",
                "message": f"Give 1 to {KEY_MAX_CHARS} visible ASCII characters",
                "type": "idempotency_key",
            }
        ]
    },
)


class Asking(Generic[B]):
    """One request: `caller`, validated `body`, `now`, and the terms under which it is carried out."""

    __slots__ = (
        "_asked_for", "_command_id", "_fingerprint", "_has_left", "_key", "_versions", "body", "caller", "now",
        "services",
    )  # fmt: skip

    def __init__(
        self, request: Request, services: CommandServices, caller: Caller, body: B, raw: bytes
    ) -> None:
        self.services = services
        self.caller = caller
        self.body = body
        self.now: datetime = services.now()
        self._has_left = left_of(request.scope)
        headers = request.scope["headers"]
        self._key = header(headers, b"idempotency-key")
        self._versions = _versions(header(headers, b"if-match"))
        if self._key is None:
            self._command_id, self._fingerprint = new_id(), None
        else:
            self._command_id = command_id(caller.id, _checked_key(self._key))
            self._asked_for = f"{request.method} {request.url.path}\n".encode() + raw
            self._fingerprint = services.people.fingerprint(self._asked_for)

    def carry_out(
        self,
        aggregate: Aggregate[S],
        id: str,
        command: Any,
        render: Callable[[S, list[Any]], Answer],
        *,
        version: Callable[[S], int] | None = None,
        may: Callable[[S], None] | None = None,
        creates: bool = False,
    ) -> Coroutine[Any, Any, Response]:
        """The response to `command` about the aggregate with this `id`.

        `version` gives the version that If-Match speaks of; `may` refuses callers who must not touch this one.
        Raises Problem, also what `require_in_scope` does.
        """
        name = type(command).__name__
        self.require_in_scope(name, aggregate, id)
        services = self.services
        loop = services.loop
        pending = Pending(
            command=command,
            command_id=self._command_id,
            fingerprint=self._fingerprint,
            metadata=self._metadata(name),
            check=self._check(version, may),
            render=render,
            future=loop.create_future(),
            deadline=loop.time() + services.wait_seconds,
            has_left=self._has_left,
            versions=None if version is None else self._versions,
            answer_no=partial(no_answer, REQUEST_ID.get()),
        )
        return self._answered(name, services.writers.carry_out(aggregate, id, pending, creates=creates))

    def require_in_scope(self, name: str, aggregate: Aggregate[Any], id: str) -> None:
        """Raises Problem 403 where the caller is there for some events, and the command called `name` is not about one
        of them.
        """
        events = self.caller.events
        if events is not None and (aggregate is not SHOW or id not in events):
            self._say(name, OUTSIDE_SCOPE)

    async def answer_with(
        self, name: str, carry_out: Callable[[str, bytes | None, bytes], Coroutine[Any, Any, Reply]]
    ) -> Response:
        """The response to a command that goes another way than through the writers.

        `carry_out` gets the command's id, fingerprint and metadata. What it makes is new: it stands at version 0. Its
        noes are not kept under the key, because whoever registers is nobody yet.
        """
        metadata = self._metadata(name)
        if self._versions is not None and 0 not in self._versions:
            no = PreconditionFailed(0)
            self.services.refusals.keep_bare(self._command_id, metadata, no)
            self._say(name, failure_problem(no))
        return await self._answered_apart(
            name, metadata, carry_out(self._command_id, self._fingerprint, metadata)
        )

    async def answer_on_terms(
        self, name: str, carry_out: Callable[[Terms], Coroutine[Any, Any, Reply]]
    ) -> Response:
        """The response to a command that goes another way than through the writers, about something that is there."""
        metadata = self._metadata(name)
        terms = Terms(self._command_id, self._fingerprint, metadata, self._versions)

        async def carried_out() -> Reply:
            try:
                return await carry_out(terms)
            except (Refused, PreconditionFailed) as no:
                first = await self._kept(no_problem(no))
                if first is None:
                    raise
                return first

        return await self._answered_apart(name, metadata, carried_out())

    async def first_answer_or(self, name: str, problem: Problem) -> Response:
        """What to say when a command cannot even be prepared any more: the first answer, if its key has one.

        Raises `problem` when it has none, and then that is the first.
        """
        try:
            first = await self._kept(problem.answer)
        except KeyReused as reused:
            first = await self._first_reply_of_an_older_release(name, reused)
        except CommandFailed as failure:
            self._say(name, failure_problem(failure))
        if first is None:
            self._say(name, problem.answer)
        return await self._opened(name, first)

    async def _kept(self, problem: ProblemDetail) -> Reply | None:
        """Keep a no that no writer has said under the key, where there is one; the first answer if it has one already.

        Raises what `Writers.first_reply_or_keep` does.
        """
        if self._fingerprint is None:
            return None
        writers = self.services.writers
        if problem.status >= 500:
            return await writers.first_reply(self._command_id, self._fingerprint)
        answer = problem_answer(REQUEST_ID.get(), problem)
        return await writers.first_reply_or_keep(self._command_id, self._fingerprint, answer)

    async def _answered_apart(self, name: str, metadata: bytes, carrying_out: Awaitable[Reply]) -> Response:
        """As `_answered`, where no writer keeps the refusal."""

        async def kept() -> Reply:
            try:
                return await carrying_out
            except (Refused, PreconditionFailed) as no:
                self.services.refusals.keep_bare(self._command_id, metadata, no)
                raise

        return await self._answered(name, kept())

    async def _answered(self, name: str, carrying_out: Awaitable[Reply]) -> Response:
        try:
            reply = await carrying_out
        except (Refused, PreconditionFailed) as no:
            # Its trace knows this frame, which knows who holds it: another circle, and nobody will read it.
            no.__traceback__ = None
            self._say(name, no_problem(no))
        except KeyReused as reused:
            reply = await self._first_reply_of_an_older_release(name, reused)
        except CommandFailed as failure:
            self._say(name, failure_problem(failure))
        except StoreUnavailable:
            self._say(name, UNAVAILABLE)
        body = self.services.keyring.opened_at_once(reply.answer.body)
        return await self._opened(name, reply) if body is None else self._told(name, reply, body)

    async def _first_reply_of_an_older_release(self, name: str, reused: KeyReused) -> Reply:
        try:
            first = await self.services.writers.first_reply(
                self._command_id, earlier_fingerprint(self._asked_for)
            )
        except CommandFailed as failure:
            self._say(name, failure_problem(failure))
        if first is None:
            self._say(name, failure_problem(reused))
        return first

    async def _opened(self, name: str, reply: Reply) -> Response:
        """The response to what has been carried out. While that cannot be opened, nobody is told that it failed."""
        try:
            with unavailable_is_said():
                body = await self.services.keyring.opened_json(reply.answer.body)
        except StoreUnavailable:
            self._say(name, UNAVAILABLE)
        except MasterKeyMissing:
            log.exception("an answer cannot be opened")
            self._say(name, UNAVAILABLE)
        return self._told(name, reply, body)

    def _told(self, name: str, reply: Reply, body: bytes) -> Response:
        self.services.metrics.answered(name, "replayed" if reply.replayed else "accepted")
        return _response(reply, body)

    def _metadata(self, command: str) -> bytes:
        """Who and why, for the log: canonical JSON."""
        why: dict[str, Any] = {
            "by": {"id": self.caller.id, "role": self.caller.role.value},
            "command": command,
            "request_id": REQUEST_ID.get(),
        }
        if self._key is not None:
            why["idempotency_key"] = self._key
        return canonical(why)

    def _check(
        self, version: Callable[[S], int] | None, may: Callable[[S], None] | None
    ) -> Callable[[S], None] | None:
        versions = self._versions
        if versions is None or version is None:
            return may

        def check(state: S) -> None:
            if may is not None:
                may(state)
            if version(state) not in versions:
                raise PreconditionFailed(version(state))

        return check

    def _say(self, command: str, problem: ProblemDetail) -> NoReturn:
        self.services.metrics.answered(command, problem.code)
        raise Problem(problem) from None


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


def _checked_key(key: str) -> str:
    visible = 1 <= len(key) <= KEY_MAX_CHARS and key.isascii() and key.isprintable()
    # It is told to auditors with what it was used for, where encrypted text would be opened.
    if not visible or ENCRYPTED.search(key):
        raise Problem(BAD_KEY)
    return key


def _versions(header: str | None) -> frozenset[int] | None:
    """The versions If-Match admits; None when any will do."""
    if header is None or header.strip() == "*":
        return None
    tags = (tag.strip().removeprefix("W/").strip('"') for tag in header.split(","))
    return frozenset(int(tag) for tag in tags if tag.isascii() and tag.isdecimal() and len(tag) < 19)


def _response(reply: Reply, body: bytes) -> Response:
    answer = reply.answer
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
    headers.append((b"seatledger-position", b"%d" % reply.position))
    if body:
        headers.append((b"content-type", PROBLEM_TYPE if answer.status >= 400 else JSON_TYPE))
    if body or answer.status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    if reply.replayed:
        headers.append((b"idempotent-replayed", b"true"))
    return RawResponse(answer.status, body, headers)
