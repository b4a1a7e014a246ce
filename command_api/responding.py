"""From what became of a command to the response: the answer opened, the no and the failure as problems, all counted."""

import logging
from collections.abc import Awaitable
from typing import NoReturn

from starlette.responses import Response

from command_api.conditions import Conditions
from command_api.failed import UNAVAILABLE, failure_problem
from command_api.keys import earlier_fingerprint
from command_api.lifespan_state import CommandServices
from command_api.no_answer import no_problem, problem_answer
from command_api.writing.answer import Reply
from command_api.writing.failures import CommandFailed, KeyReused, PreconditionFailed
from domain.refusal import Refused
from eventstore.postgres.errors import unavailable_is_said
from eventstore.store import StoreUnavailable
from runtime.http.raw_response import RawResponse
from runtime.master_key import MasterKeyMissing
from runtime.problems import MEDIA_TYPE, Problem, ProblemDetail
from runtime.request_id import REQUEST_ID

log = logging.getLogger(__name__)

JSON_TYPE, PROBLEM_TYPE = b"application/json", MEDIA_TYPE.encode()


async def respond(
    services: CommandServices, conditions: Conditions, name: str, carrying_out: Awaitable[Reply]
) -> Response:
    """The response to the command called `name`, once it is carried out. Raises Problem when it is not."""
    try:
        reply = await carrying_out
    except (Refused, PreconditionFailed) as no:
        # Its trace knows this frame, which knows who holds it: another circle, and nobody will read it.
        no.__traceback__ = None
        say(services, name, no_problem(no))
    except KeyReused as reused:
        reply = await _first_reply_of_an_older_release(services, conditions, name, reused)
    except CommandFailed as failure:
        say(services, name, failure_problem(failure))
    except StoreUnavailable:
        say(services, name, UNAVAILABLE)
    body = services.keyring.opened_at_once(reply.answer.body)
    if body is None:
        return await _opened(services, name, reply)
    return _told(services, name, reply, body)


async def first_answer_or(
    services: CommandServices, conditions: Conditions, name: str, problem: Problem
) -> Response:
    """What to say when a command cannot even be prepared any more: the first answer, if its key has one.

    Raises `problem` when it has none, and then that is the first.
    """
    try:
        first = await first_or_keep(services, conditions, problem.answer)
    except KeyReused as reused:
        first = await _first_reply_of_an_older_release(services, conditions, name, reused)
    except CommandFailed as failure:
        say(services, name, failure_problem(failure))
    if first is None:
        say(services, name, problem.answer)
    return await _opened(services, name, first)


async def first_or_keep(
    services: CommandServices, conditions: Conditions, problem: ProblemDetail
) -> Reply | None:
    """Keep a no that no writer has said under the key, where there is one; the first answer if it has one already.

    Raises what `Writers.first_reply_or_keep` does.
    """
    if conditions.fingerprint is None:
        return None
    writers = services.writers
    if problem.status >= 500:
        return await writers.first_reply(conditions.command_id, conditions.fingerprint)
    answer = problem_answer(REQUEST_ID.get(), problem)
    return await writers.first_reply_or_keep(conditions.command_id, conditions.fingerprint, answer)


def say(services: CommandServices, name: str, problem: ProblemDetail) -> NoReturn:
    """Count the problem as what came of the command called `name`, and raise it."""
    services.metrics.answered(name, problem.code)
    raise Problem(problem) from None


async def _first_reply_of_an_older_release(
    services: CommandServices, conditions: Conditions, name: str, reused: KeyReused
) -> Reply:
    try:
        first = await services.writers.first_reply(
            conditions.command_id, earlier_fingerprint(conditions.asked_for)
        )
    except CommandFailed as failure:
        say(services, name, failure_problem(failure))
    if first is None:
        say(services, name, failure_problem(reused))
    return first


async def _opened(services: CommandServices, name: str, reply: Reply) -> Response:
    """The response to what has been carried out. While that cannot be opened, nobody is told that it failed."""
    try:
        with unavailable_is_said():
            body = await services.keyring.opened_json(reply.answer.body)
    except StoreUnavailable:
        say(services, name, UNAVAILABLE)
    except MasterKeyMissing:
        log.exception("an answer cannot be opened")
        say(services, name, UNAVAILABLE)
    return _told(services, name, reply, body)


def _told(services: CommandServices, name: str, reply: Reply, body: bytes) -> Response:
    services.metrics.answered(name, "replayed" if reply.replayed else "accepted")
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
